// Written by src/catalog/page.rs, and compared by tests/documents.rs: limits and keys that the page needs before any module is loaded.

/** Longest link that is read, in characters. */
export const HASH_LIMIT = 8192;

/** What a short link has instead of everything else. */
export const SHORT_KEY = "q";

/** Keys of a link for the page alone: their values at first, and which others there are. @type {Record<string, { initial: string, choices?: string[], within?: number[] }>} */
export const VIEW_KEYS = {
  views: {"initial":"field,real,fakes"},
  charts: {"initial":"all"},
  theme: {"choices":["auto","light","dark"],"initial":"auto"},
  lang: {"choices":["auto","de","en"],"initial":"auto"},
  speed: {"choices":["fit"],"initial":"fit","within":[1,1000]},
  stop: {"choices":["never"],"initial":"never","within":[1,1000000]},
  device: {"choices":["auto","cpu","webgpu"],"initial":"auto"},
};

/** Values at first on the lab's page. */
export const LAB_VIEW = {"device":"cpu","speed":"1"};

/** Demos of finished models. */
export const FINISHED = ["dcgan","conditional","vae","pixelcnn","pix2pix"];

/** Demos of the lab that are races. */
export const RACES_OF_LAB = ["members","failures"];
