// Every text of the interface: of pages, scripts, the catalog and the sentences of the model code. Run by itself it lists those
// without a translation, as lines for www/i18n/de.json: `cargo xtask strings`.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = process.env.GENZOO_DIST ?? join(ROOT, 'dist');
const { Translation, hasWords } = await import(pathToFileURL(join(ROOT, 'www', 'i18n', 'translation.js')));

/** Attributes and properties that hold text for people. */
const READ = new Set(['title', 'aria-label', 'placeholder', 'alt', 'textContent', 'label', 'help', 'summary', 'text', 'say', 'name', 'what']);
/** Functions whose text is no text for people. */
const MACHINE = /(^|\.)(querySelector(All)?|getElementById|byId|closest|matches|addEventListener|removeEventListener|dispatchEvent|CustomEvent|setAttribute|getAttribute|toggleAttribute|setProperty|getContext|createElement(NS)?|svg|import|URL|RegExp|has|get|includes|startsWith|endsWith|split|replace(All)?|join|call|match|test|open|register|request|Worker|Blob|icon|delete)$/;
/** Functions that take text for people, and from which argument on. */
const SAYING = new Map([['el', 2], ['t', 0], ['setText', 1], ['setLabel', 1], ['notify', 0], ['showFault', 0], ['Error', 0]]);
/** Code that no page runs, and tests. */
const NATIVE = /src\/(bin|train|catalog\/(documents|page)|data\/images\/(attributes|folder|idx|mod|pairs|warp)|data\/sketches\/(edges|hand))\b|\/tests\.rs$/;

/** Texts, with the file that has each. */
export async function texts() {
  const found = new Map();
  const add = (text, place) => {
    const plain = text.replace(/\s+/g, ' ').trim();
    if (hasWords(plain) && !found.has(plain)) found.set(plain, place);
  };
  for (const file of files(join(ROOT, 'www'), /\.js$/)) scriptTexts(file, (text) => add(text, relative(ROOT, file)));
  for (const file of files(DIST, /^[^/]*\.html$/)) pageTexts(readFileSync(file, 'utf8'), (text) => add(text, relative(DIST, file)));
  for (const kind of ['cpu', 'images', 'lab']) await catalogTexts(kind, (text) => add(text, `catalog, ${kind}`));
  await cardTexts((text) => add(text, 'cards'));
  for (const file of files(join(ROOT, 'src'), /\.rs$/)) {
    if (!NATIVE.test(relative(ROOT, file))) sentences(readFileSync(file, 'utf8'), (text) => add(text, relative(ROOT, file)));
  }
  return found;
}

/** Those that `table` does not have, whole or in parts: `[text, place]`. */
export async function missing(table) {
  const translation = new Translation(table);
  return [...await texts()].filter(([text]) => !translation.knows(text));
}

function* files(folder, wanted) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== 'vendor') yield* files(path, wanted);
    else if (entry.isFile() && wanted.test(entry.name)) yield path;
  }
}

/** Literals that are text for people: children and read attributes of elements, and everything that reads like a sentence. */
function scriptTexts(file, add) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const whole = (node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
    if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      const [left, right] = [whole(node.left), whole(node.right)];
      if (left === null && right === null) return null;
      return (left ?? '{}') + (right ?? '{}');
    }
    return null;
  };
  const visit = (node, role) => {
    const text = ts.isExpression(node) ? whole(node) : null;
    if (text !== null) {
      if (role === 'text' || (role !== 'machine' && prose(text))) add(text);
      // What fills a gap may be text itself.
      gaps(node, role === 'text' || (role !== 'machine' && prose(text)) ? 'text' : null);
      return;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const name = node.expression.getText(source);
      const from = SAYING.get(name.replace(/^.*[.#]/, ''));
      if (name === 'plural' && ts.isStringLiteral(node.arguments[1])) {
        add(`{} ${node.arguments[1].text}`);
        add(`{} ${node.arguments[1].text}s`);
        return;
      }
      visit(node.expression, role);
      (node.arguments ?? []).forEach((argument, at) => visit(argument, at === from || (name === 'el' && at > 1) ? 'text' : (name === 'el' && at === 0) || MACHINE.test(name) ? 'machine' : null));
      return;
    }
    if (ts.isPropertyAssignment(node)) {
      const name = node.name.text ?? '';
      visit(node.initializer, READ.has(name) ? 'text' : /^(class|className|id|type|for|href|rel|role|value|lang|accept|key|d)$|^aria-/.test(name) ? 'machine' : name === 'data' || name === 'on' ? null : null);
      return;
    }
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isBinaryExpression(node) && /^[=!]==?$/.test(node.operatorToken.getText(source))) {
      visit(node.left, 'machine');
      visit(node.right, 'machine');
      return;
    }
    if (ts.isConditionalExpression(node)) {
      visit(node.condition, null);
      visit(node.whenTrue, role);
      visit(node.whenFalse, role);
      return;
    }
    if (ts.isCaseClause(node) || ts.isElementAccessExpression(node)) {
      ts.forEachChild(node, (child) => visit(child, 'machine'));
      return;
    }
    const carries = ts.isArrayLiteralExpression(node) || ts.isParenthesizedExpression(node) || ts.isSpreadElement(node) || ts.isBinaryExpression(node);
    ts.forEachChild(node, (child) => visit(child, carries ? role : null));
  };
  const gaps = (node, role) => {
    if (ts.isTemplateExpression(node)) node.templateSpans.forEach(({ expression }) => visit(expression, role));
    if (ts.isBinaryExpression(node)) for (const side of [node.left, node.right]) (whole(side) === null ? visit : gaps)(side, role);
  };
  visit(source, null);
}

/** Whether a literal of unknown use reads like text: several words, or one that begins like a heading. */
function prose(text) {
  const plain = text.replaceAll('{}', ' ').trim();
  if (!/^[\p{Lu}“{]/u.test(text) || /[<>_\\]|px\b/.test(plain)) return false;
  return /\p{L}.* .*\p{Ll}{2}/u.test(plain) || /^[A-Z][a-z]+$/.test(plain);
}

/** Text nodes and read attributes of a page. */
function pageTexts(html, add) {
  const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
  const plain = (text) => text.replace(/&\w+;/g, (name) => entities[name] ?? name);
  const body = html.replace(/<!--[^]*?-->|<(script|style)\b[^]*?<\/\1>/g, '');
  for (const [, text] of body.matchAll(/>([^<]+)/g)) add(plain(text));
  for (const [, , text] of body.matchAll(/\s(title|aria-label|placeholder|alt)="([^"]*)"/g)) add(plain(text));
}

const CATALOG = new Set(['title', 'summary', 'help', 'label', 'group', 'unit', 'short', 'look', 'text', 'caption', 'source', 'formula_d', 'formula_g', 'name', 'measure', 'when', 'said', 'see', 'why', 'values', 'says']);

/** The catalog of a module: `cpu`, `images` or `lab`. */
export async function catalog(kind) {
  const module = await import(pathToFileURL(join(ROOT, 'pkg', `genzoo_${kind}.js`)));
  module.initSync({ module: readFileSync(join(ROOT, 'pkg', `genzoo_${kind}_bg.wasm`)) });
  return JSON.parse(module.catalog());
}

async function catalogTexts(kind, add) {
  const walk = (value, key) => {
    if (typeof value === 'string') return CATALOG.has(key) && /\p{Ll}{4}/u.test(value) && add(value);
    if (key === 'readouts') return value.forEach(([, label]) => walk(label, 'label')); // after its column
    if (Array.isArray(value)) return value.forEach((each) => walk(each, key));
    return value && Object.entries(value).forEach(([name, each]) => walk(each, name));
  };
  walk(await catalog(kind), '');
}

/** What pages show of the cards of their weights; the attributes of data have the names that the data gives them. */
async function cardTexts(add) {
  for (const { weights } of (await catalog('images')).exhibits) {
    for (const { id } of weights) {
      const { title, data, measures = [] } = JSON.parse(readFileSync(join(ROOT, 'weights', `${id}.json`), 'utf8'));
      [title, data.source].forEach(add);
      for (const { name, unit, how } of measures) [name, unit && `{} ${unit}`, how].filter(Boolean).forEach(add);
    }
  }
}

/** Sentences in Rust code, before its tests, and names of runs; what panics says begins in lower case. */
function sentences(source, add) {
  const code = source.split(/#\[cfg\(test\)\]\s*mod /)[0].replace(/^\s*\/\/.*$/gm, '');
  for (const [, names] of code.matchAll(/const RUNS[^=]*= &\[([^\]]*)\]/g)) for (const [, name] of names.matchAll(/"([^"]+)"/g)) add(name);
  for (const [, literal] of code.matchAll(/"((?:[^"\\]|\\[^])*)"/g)) {
    const text = literal.replace(/\\\n\s*/g, '').replace(/\\(["\\])/g, '$1').replaceAll('{{', '(').replaceAll('}}', ')').replace(/\{[^}]*\}/g, '{}');
    if (/^[\p{Lu}“{].* .*[.:]$/u.test(text) && /\p{Ll}{2}/u.test(text) && !text.includes('\\n')) add(text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = JSON.parse(readFileSync(join(ROOT, 'www', 'i18n', 'de.json'), 'utf8'));
  const left = await missing(table);
  for (const [text, place] of left) console.log(process.argv.includes('--places') ? `${place}: ${JSON.stringify(text)}` : `  ${JSON.stringify(text)}: "",`);
  if (left.length > 0) console.error(`${left.length} texts have no translation.`);
  process.exitCode = left.length > 0 ? 1 : 0;
}
