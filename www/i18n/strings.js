// The words of the interface. English text is the key; the table of another language is fetched only where it is chosen.

let translation = null;
/** Language of the page, for texts and numbers. */
export let locale = 'en';

/** An English text in the language of the page. */
export const t = (text) => translation?.say(text) ?? text;

/** From here on the page speaks `language`, English where it is not German; the texts already in `page` are translated too. */
export async function speak(language, page) {
  if (language !== 'de' || translation) return;
  const { load } = await import('./translation.js');
  translation = await load();
  locale = language;
  if (page) translation.translate(page);
}
