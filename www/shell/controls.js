// The settings panel. Everything comes from the catalog; no setting is known here by name, except those that
// have a place of their own on the page.

import { LETTERS } from './colour.js';
import { el, nextTask, pieces } from './dom.js';
import { buildField } from './fields.js';

const ELSEWHERE = new Set(['demo', 'preset', 'arenas', 'points', 'step', 'events']);

export class Controls {
  /** `hooks`: `change(control, tab, value)`, `toDefault(control, tab)`, `preset(id)`, `openPad()`, `refuse(sentence)`. */
  constructor(root, hooks) {
    this.hooks = hooks;
    this.root = root.getElementById('controls');
    this.tab = 'all';
    this.closed = new Set();
    this.fields = [];
    this.presets = null; // the row of them, from `build` on
    this.padButton = null;
    this.demo = null;
    this.shape = ''; // what the controls were made for
  }

  /**
   * `run()`: `{settings, arenas, preset, edited, ownPoints, dirty(control, tab)}`; `stale()`: whether another one is asked for. The
   * controls are made a piece at a time and are there together.
   */
  async build(demo, run, stale) {
    const shape = `${demo.id} ${run().arenas}`;
    if (this.shape !== shape) {
      const made = await this.#make(demo, stale);
      if (!made) return;
      await nextTask();
      if (stale()) return;
      Object.assign(this, made, { demo, shape, run: run() });
      if (this.tab !== 'all' && this.tab >= run().arenas) this.tab = 'all';
      this.#layOut(run());
      await nextTask();
      if (stale()) return;
    }
    this.show(run());
  }

  /** Shows the values of `run` in the controls that are there. */
  show(run) {
    this.run = run;
    if (!this.shape) return;
    for (const field of this.fields) {
      const { control } = field;
      const tab = control.scope === 'arena' ? this.tab : 'all';
      const { value, mixed } = this.#value(control, tab);
      field.show(value, run.dirty(control, tab), mixed);
      field.node.dataset.arena = tab;
      field.node.hidden = !this.#applies(control);
    }
    for (const button of this.presets.querySelectorAll('[data-preset]')) {
      const chosen = button.dataset.preset === run.preset;
      button.setAttribute('aria-pressed', String(chosen));
      button.querySelector('.edited').hidden = !(chosen && run.edited);
    }
    this.padButton.hidden = !run.ownPoints;
  }

  /** Fields, presets and the button to the pad; null when they became stale. */
  async #make({ controls, presets }, stale) {
    const hooks = {
      change: (control, value) => this.hooks.change(control, control.scope === 'arena' ? this.tab : 'all', value),
      toDefault: (control) => this.hooks.toDefault(control, control.scope === 'arena' ? this.tab : 'all'),
      refuse: this.hooks.refuse,
    };
    const use = controls.filter(({ key }) => !ELSEWHERE.has(key));
    const fields = [];
    const piece = pieces();
    for (const control of use) {
      fields.push(buildField(control, hooks));
      await piece();
      if (stale()) return null;
    }
    return {
      fields,
      presets: el(
        'div',
        { id: 'presets', class: 'presets', role: 'group', 'aria-label': 'Presets' },
        presets.map(({ id, title, summary }) =>
          el(
            'button',
            {
              type: 'button',
              data: { preset: id },
              on: { click: () => this.hooks.preset(id) },
            },
            el('strong', {}, title, el('span', { class: 'edited', hidden: true }, ' edited')),
            el('span', {}, summary),
          ),
        ),
      ),
      padButton: el('button', { type: 'button', id: 'open-pad', on: { click: () => this.hooks.openPad() } }, 'Draw or paste points'),
    };
  }

  #layOut(run) {
    const use = this.fields.map(({ control }) => control);
    const groups = [...new Set(use.map(({ group }) => group))];
    const section = (scope, group) => {
      const fields = this.fields.filter(({ control }) => control.group === group && control.scope === scope);
      if (fields.length === 0) return null;
      const name = `${scope} ${group}`;
      const details = el(
        'details',
        { class: 'group', open: !this.closed.has(name), data: { group } },
        el('summary', {}, group),
        fields.map(({ node }) => node),
      );
      if (fields.some(({ control }) => control.key === 'density')) details.append(this.padButton);
      details.addEventListener('toggle', () => (details.open ? this.closed.delete(name) : this.closed.add(name)));
      return details;
    };
    const common = groups.map((group) => section('shared', group)).filter(Boolean);
    this.root.replaceChildren(el('h3', {}, 'Presets'), this.presets);
    if (use.every(({ scope }) => scope === 'shared')) return this.root.append(...common);
    this.panel = el(
      'div',
      { id: 'arena-panel', role: 'tabpanel' },
      groups.map((group) => section('arena', group)),
    );
    this.root.append(el('h3', {}, 'All arenas share'), ...common, el('h3', {}, 'Each arena its own'), this.#tabs(run), this.panel);
    this.#chooseTab(this.tab);
  }

  #tabs({ arenas }) {
    const tabs = ['all', ...Array.from({ length: arenas }, (_, index) => index)];
    const move = (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation(); // the right arrow would also train a step
      this.#chooseTab(tabs[(tabs.indexOf(this.tab) + by + tabs.length) % tabs.length], true);
    };
    this.tabList = el(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': 'Arena', on: { keydown: move } },
      tabs.map((tab) =>
        el(
          'button',
          {
            type: 'button',
            role: 'tab',
            data: { tab, letter: LETTERS[tab] ?? '' },
            'aria-controls': 'arena-panel',
            on: { click: () => this.#chooseTab(tab) },
          },
          tab === 'all' ? 'All' : LETTERS[tab],
        ),
      ),
    );
    return this.tabList;
  }

  #chooseTab(tab, focus = false) {
    this.tab = tab;
    for (const button of this.tabList.children) {
      const chosen = button.dataset.tab === String(tab);
      button.setAttribute('aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) button.focus();
    }
    if (this.run) this.show(this.run);
  }

  /** The value under a tab; under `all`, arenas that differ are listed in `mixed`. */
  #value({ key, scope }, tab) {
    const { settings, arenas } = this.run;
    if (scope === 'shared') return { value: settings[key] };
    if (tab !== 'all') return { value: settings[`${key}.${tab}`] };
    const values = Array.from({ length: arenas }, (_, index) => settings[`${key}.${index}`]);
    const distinct = [...new Set(values.map(String))];
    return distinct.length === 1 ? { value: values[0] } : { value: '', mixed: distinct.join(' | ') };
  }

  /** A density's own parameters are shown only with that density. */
  #applies({ key }) {
    const owners = this.demo.densities.filter(({ keys }) => keys?.includes(key));
    return owners.length === 0 || owners.some(({ id }) => id === this.run.settings.density);
  }
}
