// Custom views have it from here until the last of them is a row.

export { toggles } from '../toggles.js';
