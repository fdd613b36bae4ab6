// Colours with a meaning, chosen to stay apart under the common kinds of colour blindness. Green is always
// "real", purple always "generated"; arenas are blue, vermilion, amber and slate (after Okabe and Ito).

const PALETTES = {
  light: {
    arenas: ['#0b63b0', '#c24a06', '#b98900', '#5a6472'],
    onArenas: ['#ffffff', '#ffffff', '#1c2430', '#ffffff'],
    real: '#0f5f35',
    fake: '#7a1fa0',
    fakeRim: '#ffffff',
    paper: '#ffffff',
    ink: '#1c2430',
    faint: '#8a93a3',
    grid: '#e4e8ee',
    contour: '#26303f',
    // purple, through paper white, to green
    field: [
      [0, '#b183cb'],
      [0.25, '#d9c3e6'],
      [0.5, '#f8f7f7'],
      [0.75, '#bfdfc2'],
      [1, '#74b783'],
    ],
  },
  dark: {
    arenas: ['#5cb3ff', '#ff8a4c', '#f2c230', '#aab6c6'],
    onArenas: ['#0b0e13', '#0b0e13', '#0b0e13', '#0b0e13'],
    real: '#8df0ae',
    fake: '#ecb3ff',
    fakeRim: '#1a1026',
    paper: '#12161d',
    ink: '#e8ecf2',
    faint: '#8792a3',
    grid: '#262d38',
    contour: '#dfe5ee',
    field: [
      [0, '#6d2f92'],
      [0.25, '#412159'],
      [0.5, '#14171e'],
      [0.75, '#143e2b'],
      [1, '#1d7444'],
    ],
  },
};

export function palette(theme) {
  return PALETTES[theme];
}

export const LETTERS = 'ABCD';

const tables = new Map();

/** 256 packed pixels (ABGR words, as little-endian canvases hold them) from "generated" to "real". */
export function fieldTable(theme) {
  if (!tables.has(theme)) tables.set(theme, table(PALETTES[theme].field));
  return tables.get(theme);
}

function table(stops) {
  const words = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    const at = index / 255;
    const upper = Math.max(
      1,
      stops.findIndex(([position]) => position >= at),
    );
    const [low, from] = stops[upper - 1];
    const [high, to] = stops[upper];
    const mix = (at - low) / (high - low);
    const [red, green, blue] = [1, 3, 5].map((offset) => {
      const [a, b] = [from, to].map((hex) => parseInt(hex.slice(offset, offset + 2), 16));
      return Math.round(a + (b - a) * mix);
    });
    words[index] = (255 << 24) | (blue << 16) | (green << 8) | red;
  }
  return words;
}
