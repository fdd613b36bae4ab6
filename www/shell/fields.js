// One control of the settings panel, built from its row in the catalog. Values are text on their way to Rust, which
// alone knows what is allowed; the limits here only shape the slider.

import { el, icon } from './dom.js';
import { number } from './format.js';
import { notify } from './notices.js';
import { numeric } from './number-field.js';

/** Tells that what was typed cannot be used. */
const refused = (text) => notify(text, { key: 'field', fade: 8000 });

/** `hooks`: `change(control, value)`, `toDefault(control)` and `refuse(sentence)`. Returns `{node, show(value, dirty, mixed)}`. */
export function buildField(control, hooks) {
  const id = `control-${control.key}`;
  const commit = (value) => hooks.change(control, value);
  const input = buildInput(control, id, commit, hooks.refuse);
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
export function buildInput(control, id, commit, refuse = refused) {
  return (KINDS[control.kind] ?? KINDS.text)(control, id, commit, refuse);
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
