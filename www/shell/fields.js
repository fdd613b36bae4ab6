// One control of the settings panel, built from its row in the catalog. Values are text on their way to Rust, which
// alone knows what is allowed; the limits here only shape the slider.

import { el, icon, throttled } from './dom.js';
import { number } from './format.js';

const SLIDER_STEPS = 400;
const LIVE_MILLIS = 80; // between two values while a slider is dragged

/** `hooks`: `change(control, value)` and `toDefault(control)`. Returns `{node, show(value, dirty, mixed)}`. */
export function buildField(control, hooks) {
  const id = `control-${control.key}`;
  const commit = (value) => hooks.change(control, value);
  const input = buildInput(control, id, commit);
  const helpId = `${id}-help`;
  const help = el('p', { class: 'help', id: helpId, hidden: true }, helpText(control));
  const more = el(
    'button',
    {
      type: 'button',
      class: 'quiet more',
      title: helpText(control),
      'aria-label': `About ${control.label}`,
      'aria-expanded': 'false',
      'aria-controls': helpId,
      on: {
        click: () => {
          help.hidden = !help.hidden;
          more.setAttribute('aria-expanded', String(!help.hidden));
        },
      },
    },
    icon('help'),
  );
  const toDefault = el(
    'button',
    {
      type: 'button',
      class: 'quiet to-default',
      title: 'Back to the default',
      hidden: true,
      'aria-label': `Set ${control.label} back to its default`,
      on: { click: () => hooks.toDefault(control) },
    },
    icon('undo'),
  );
  const node = el(
    'div',
    { class: 'control', data: { key: control.key, scope: control.scope, live: String(Boolean(control.live)), kind: control.kind } },
    el(
      'div',
      { class: 'control-head' },
      el('label', { for: id }, control.label),
      control.unit && el('span', { class: 'unit' }, control.unit),
      !control.live && el('span', { class: 'badge', title: 'A change here starts the run again from step 0' }, 'restarts'),
      toDefault,
      more,
    ),
    input.node,
    help,
  );
  return {
    control,
    node,
    show(value, dirty, mixed) {
      toDefault.hidden = !dirty;
      input.show(value, mixed);
    },
  };
}

/** The input alone: `{node, show(value)}`. */
export function buildInput(control, id, commit) {
  return (KINDS[control.kind] ?? KINDS.text)(control, id, commit);
}

function helpText(control) {
  const [low, high] = [number(control.min), number(control.max)];
  const limits = control.min === undefined || control.max === undefined ? '' : control.unit ? ` From ${low} to ${high} ${control.unit}.` : ` From ${low} to ${high}.`;
  const when = control.live ? ' Can change while training.' : ' A change starts the run again from step 0.';
  return `${control.help ?? ''}${limits}${when}`;
}

const KINDS = {
  int: numeric,
  float: numeric,

  choice(control, id, commit) {
    const node = el(
      'select',
      { id, on: { change: () => commit(node.value) } },
      control.choices.map(({ id: value, title }) => el('option', { value }, title ?? value)),
    );
    return {
      node,
      show(value, mixed) {
        node.querySelector('[data-mixed]')?.remove();
        if (mixed) node.prepend(el('option', { value: '', disabled: true, data: { mixed: 1 } }, 'differs by arena'));
        node.value = mixed ? '' : String(value);
      },
    };
  },

  flag(control, id, commit) {
    const node = el('input', { id, type: 'checkbox', class: 'switch', on: { change: () => commit(String(node.checked)) } });
    return {
      node,
      show(value, mixed) {
        node.checked = !mixed && String(value) === 'true';
        node.indeterminate = Boolean(mixed);
      },
    };
  },

  text(control, id, commit) {
    const node = el('input', { id, type: 'text', spellcheck: false, autocomplete: 'off', on: { change: () => commit(node.value) } });
    return {
      node,
      show: (value, mixed) => {
        node.value = mixed ? '' : String(value ?? '');
        node.placeholder = mixed ?? '';
      },
    };
  },
};

function numeric(control, id, commit) {
  const scale = sliderScale(control);
  let shown = '';
  const commitOnce = (value) => {
    if (value !== '' && value !== shown) commit(value);
  };
  const box = el('input', {
    id,
    type: 'number',
    step: 'any',
    inputMode: control.kind === 'int' ? 'numeric' : 'decimal',
    min: control.min,
    max: control.max,
    on: { change: () => (box.value === '' ? show(shown) : commitOnce(box.value)) },
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
          box.value = scale.value(Number(slider.value));
          if (control.live) drag(box.value);
        },
        change: () => commitOnce(box.value),
      },
    });
  function show(value, mixed) {
    shown = mixed ? '' : String(value ?? '');
    // A field that is being typed in is left alone.
    const active = box.getRootNode().activeElement;
    if (active !== box || box.value === '' || mixed) box.value = shown;
    box.placeholder = mixed ?? '';
    if (slider && !mixed && active !== slider) slider.value = scale.place(Number(value));
  }
  return { node: el('div', { class: 'numeric' }, slider, box), show };
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
