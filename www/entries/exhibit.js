// The page of an exhibit, which the document names.

import '../shell/started.js';
import { PAGES } from '../exhibits/custom/index.js';
import { ExhibitPage } from '../exhibits/page.js';

const id = document.body.dataset.exhibit;
const Page = (await PAGES[id]?.()) ?? ExhibitPage;
export const page = new Page(id);
