// A pass-through in front of the site's server. It counts bytes on the wire by path, can put a prelude before a
// script, and can answer paths of its own, so that tests need no hooks in the page.
import http from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync };

/**
 * @param {string} origin where the site is served
 * @param {{ prefix?: string, prelude?: Record<string, string>, pages?: Record<string, (request, response) => void>,
 *           beside?: (pathname: string) => { type: string, body: string | Buffer } | null,
 *           change?: (headers: Record<string, string>, pathname: string) => Record<string, string> }} options
 *   `prefix` is a folder under which the site appears to live; `beside` answers for what lies outside of it; `change` sends other headers
 */
export async function startProxy(origin, { prefix = '', prelude = {}, pages = {}, beside = () => null, change = (headers) => headers } = {}) {
  const upstream = new URL(origin);
  const wire = new Map(); // path -> bytes of headers and encoded body
  const server = http.createServer((request, response) => {
    if (!request.url.startsWith(`${prefix}/`)) {
      const { pathname } = new URL(request.url, origin);
      const found = beside(pathname);
      return found ? response.writeHead(200, change({ 'content-type': found.type }, pathname)).end(found.body) : response.writeHead(404).end();
    }
    const path = request.url.slice(prefix.length);
    const { pathname } = new URL(path, origin);
    if (pages[pathname]) return pages[pathname](request, response);

    const forwarded = http.request(
      { host: upstream.hostname, port: upstream.port, path, method: request.method,
        headers: { ...request.headers, host: upstream.host } },
      (answer) => {
        const headerBytes = answer.rawHeaders.reduce((sum, part) => sum + part.length + 2, 19);
        const count = (bytes) => wire.set(pathname, (wire.get(pathname) ?? 0) + bytes);
        count(headerBytes);
        answer.on('data', (chunk) => count(chunk.length));
        if (!prelude[pathname]) {
          response.writeHead(answer.statusCode, change(answer.headers, `${prefix}${pathname}`));
          answer.pipe(response);
          return;
        }
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          const { 'content-encoding': encoding, 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
          const decode = DECODERS[encoding] ?? ((body) => body);
          response.writeHead(answer.statusCode, change(headers, `${prefix}${pathname}`));
          response.end(prelude[pathname] + decode(Buffer.concat(chunks)).toString());
        });
      },
    );
    forwarded.on('error', () => response.destroy());
    // A browser that leaves in mid-answer must not leave the rest waiting for it, and the test process with it.
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}/`,
    wire,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
