export { toggles } from '../toggles.js';
