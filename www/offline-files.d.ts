// What the build writes into offline-files.js for the service worker.

declare const VERSION: string;
declare const FILES: string[];
declare const PAGES: Record<string, string[]>;
