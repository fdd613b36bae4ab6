// onnxruntime-web as both of its pages use it: wasm with SIMD, one thread.
import * as ort from '/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.wasm.numThreads = 1;

export { ort };

/** A session of a model in base 64. */
export function openSession(onnx) {
  const bytes = Uint8Array.from(atob(onnx), (c) => c.charCodeAt(0));
  return ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
}
