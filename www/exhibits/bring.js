// Pictures that are dropped or pasted anywhere on a page.

/** They go to the view `id`, which can `load` one. */
export function takePictures(page, id) {
  const take = async (file) => {
    if (!file || !page.model) return;
    if (page.view.id !== id) await page.set({ view: id });
    await page.views.find(id).load(file);
  };
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
  addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (file) {
      event.preventDefault();
      take(file);
    }
  });
}
