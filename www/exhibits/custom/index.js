// Exhibits whose custom views share more than their link: a page of their own, by the exhibit.

export const PAGES = {
  pixelcnn: async () => (await import('./pixelcnn.js')).PixelPage,
};
