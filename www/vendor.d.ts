// The libraries of www/package.json, which the build puts into the folder vendor/ of the site.

declare module '*/vendor/uplot.js' {
  export { default } from 'uplot';
}
declare module '*/vendor/qrcode.js' {
  export { default } from 'qrcode-generator';
}
declare module '*/vendor/svgcanvas.js' {
  export { Context } from 'svgcanvas';
}
declare module '*/vendor/gifenc.js' {
  export { GIFEncoder, applyPalette, quantize } from 'gifenc';
}
declare module '*/vendor/mediabunny.js' {
  export { BufferTarget, CanvasSource, Mp4OutputFormat, Output, QUALITY_HIGH, WebMOutputFormat } from 'mediabunny';
}
