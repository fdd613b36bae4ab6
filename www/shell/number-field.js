// A number of the settings: a field with a slider. The field takes text, for a browser's own field for numbers takes `0,002` for 2
// where the decimal mark is not its own.

import { locale } from '../i18n/strings.js';
import { el, throttled } from './dom.js';

const SLIDER_STEPS = 400;
const LIVE_MILLIS = 80; // between two values while a slider is dragged

const WRITTEN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Digits that a mark parts as it parts thousands. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

/**
 * The number that a person wrote, as text for Rust; null where it is none, or could be two. The decimal mark is a point or a comma; the one
 * that is not the page's own is refused where it may part thousands.
 */
export function readNumber(text, mark = decimalMark()) {
  const plain = text.trim().replace(/[−–]/g, '-');
  if (THOUSANDS.test(plain) && !plain.includes(mark)) return null;
  const pointed = plain.includes('.') ? plain : plain.replace(',', '.');
  return WRITTEN.test(pointed) ? pointed : null;
}

const decimalMark = () => (locale === 'de' ? ',' : '.');

/** The number as the page writes it. */
const written = (text) => text.replace('.', decimalMark());

/** `commit(text)` follows a new value, `refuse(sentence)` a text that is none. Returns `{node, show(value, mixed)}`. */
export function numeric(control, id, commit, refuse) {
  const scale = sliderScale(control);
  let shown = '';
  let late = false; // a value came while the field had the focus
  const commitOnce = (value) => {
    if (value !== shown) commit(value);
  };
  const typed = () => {
    const text = box.value.trim();
    const value = readNumber(text);
    const fits = value !== null && (control.kind !== 'int' || Number.isInteger(Number(value)));
    if (fits && text !== written(shown)) return commitOnce(value);
    if (!fits && text !== '') refuse(unread(control, text));
    box.value = written(shown);
  };
  const box = el('input', {
    id,
    type: 'text',
    class: 'number',
    inputMode: control.kind === 'int' ? 'numeric' : 'decimal',
    autocomplete: 'off',
    spellcheck: false,
    on: {
      change: typed,
      blur: () => {
        if (late) box.value = written(shown);
        late = false;
      },
      keydown: (event) => {
        const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        const value = next(control, scale, Number(readNumber(box.value) ?? (shown || NaN)), by);
        if (value === null) return;
        box.value = written(value);
        commitOnce(value);
      },
    },
  });
  const drag = throttled(LIVE_MILLIS, commitOnce);
  const slider =
    scale &&
    el('input', {
      type: 'range',
      min: 0,
      max: scale.steps,
      step: 1,
      tabIndex: -1,
      'aria-hidden': 'true',
      on: {
        input: () => {
          const value = scale.value(Number(slider.value));
          box.value = written(value);
          if (control.live) drag(value);
        },
        change: () => commitOnce(scale.value(Number(slider.value))),
      },
    });
  function show(value, mixed) {
    shown = mixed ? '' : String(value ?? '');
    // A field that is being typed in is left alone.
    const active = box.getRootNode().activeElement;
    late = active === box && box.value !== '' && !mixed;
    if (!late) box.value = written(shown);
    box.placeholder = mixed ?? '';
    if (slider && !mixed && active !== slider) slider.value = scale.place(Number(value));
  }
  return { node: el('div', { class: 'numeric' }, slider, box), show };
}

function unread({ kind }, text) {
  const given = text.slice(0, 40);
  return kind === 'int' ? `“${given}” is no whole number that can be read; write one like 1000.` : `“${given}” is no number that can be read; write one like ${written('0.002')}.`;
}

/** The value that an arrow key leads to: the next place of the slider, or the next whole number; null where there is none. */
function next({ kind, min, max }, scale, value, by) {
  if (Number.isNaN(value)) return null;
  if (kind === 'int' || !scale) return String(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, value + by)));
  const place = Math.min(scale.steps, Math.max(0, scale.place(value) + by));
  return scale.value(place);
}

/** How a slider's places map to values: evenly, or evenly in the logarithm. */
function sliderScale({ kind, min, max, log, step }) {
  if (!Number.isFinite(min) || !Number.isFinite(max) || max - min > 1e6) return null;
  // A logarithmic slider that may reach zero keeps its first place for it.
  const floor = log ? (min > 0 ? min : max / 1e5) : min;
  const fine = kind === 'int' && !log ? max - min : step && !log ? Math.round((max - min) / step) : SLIDER_STEPS;
  const steps = Math.max(1, Math.min(SLIDER_STEPS, fine));
  return {
    steps,
    value(place) {
      if (place === 0) return String(min);
      if (place === steps) return String(max);
      const share = place / steps;
      const raw = log ? floor * (max / floor) ** share : min + (max - min) * share;
      return String(kind === 'int' ? Math.round(raw) : Number(raw.toPrecision(log ? 2 : 4)));
    },
    place(value) {
      const share = log ? Math.log(Math.max(value, floor) / floor) / Math.log(max / floor) : (value - min) / (max - min);
      return Math.round(steps * Math.min(1, Math.max(0, share || 0)));
    },
  };
}
