// Causal masks by themselves: edit their cells and see, computed in Rust, what a pixel depends on after so many layers.

import { t } from '../../i18n/strings.js';
import { palette } from '../../shell/colour.js';
import { el, setLabel, setText } from '../../shell/dom.js';
import { count } from '../../shell/format.js';
import { notify } from '../../shell/notices.js';
import { pageTheme } from '../../shell/theme.js';
import { drawSight } from './board.js';

const SIDE = 25;
const PIXEL = [16, 12]; // below the middle, because what is seen lies above
const TITLES = {
  plain: ['Mask A, first layer', 'Mask B, later layers'],
  gated: ['Vertical stack, first layer', 'Vertical stack, later layers', 'Horizontal stack, first layer (A)', 'Horizontal stack, later layers (B)'],
};
const NAMES = ['red', 'green', 'blue'];

export class MasksView {
  id = 'masks';
  keys = ['stacks', 'kernel', 'layers', 'channel'];

  constructor(page) {
    this.page = page;
    this.editors = el('div', { class: 'mask-editors' });
    this.canvas = el('canvas', { class: 'mask-field', id: 'mask-field', role: 'img' });
    this.verdict = el('p', { class: 'verdict', id: 'mask-verdict' });
    this.words = el('p', { class: 'hint' });
    this.reset = el('button', { type: 'button', id: 'mask-reset', on: { click: () => page.set({ cells: '' }) } }, 'Causal masks again');
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Masks' },
      el(
        'div',
        { class: 'masks' },
        el(
          'section',
          { class: 'panel', 'aria-label': 'Masks' },
          el('h2', {}, 'Which cells of a kernel have weights'),
          this.editors,
          this.reset,
          el(
            'p',
            { class: 'hint' },
            'Press a cell to switch it. The ringed cell is the pixel itself: mask A leaves it out, mask B, which sees only features of earlier pixels, may keep it.',
          ),
        ),
        el(
          'section',
          { class: 'panel', 'aria-label': 'Dependency' },
          el('h2', {}, 'What one pixel depends on'),
          el('div', { class: 'mat' }, this.canvas),
          this.verdict,
          this.words,
        ),
      ),
    );
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    pageTheme.on(() => this.#draw());
  }

  async draw({ signal }) {
    const { page } = this;
    const { stacks, kernel, layers, cells, channel } = page.values;
    const request = { stacks, kernel: Number(kernel), layers, cells, side: SIDE, pixel: PIXEL, channel: channel === 'grey' ? null : NAMES.indexOf(channel) };
    let found;
    try {
      found = await page.models.masks(request);
    } catch (error) {
      if (!cells) throw error;
      // Cells of other kernels, or of a broken link.
      notify(`${error.message} The causal masks are shown.`, { kind: 'warning', key: 'masks' });
      page.store.set({ cells: '' });
      found = await page.models.masks({ ...request, cells: '' });
    }
    if (signal.aborted) return '';
    this.found = found;
    this.reset.disabled = !page.values.cells;
    this.#edit(stacks, found);
    this.#draw();
    this.#say(found, channel);
    return 'Computed from the masks alone, whatever the weights.';
  }

  /** Changing the kernel or the stacks begins with causal masks. */
  #edit(stacks, { masks, open }) {
    const [, kernel] = masks.shape;
    const square = kernel * kernel;
    const key = `${stacks} ${kernel}`;
    if (this.key !== key) {
      this.key = key;
      this.editors.replaceChildren(
        ...TITLES[stacks].map((title, nth) => {
          const grid = el(
            'div',
            { class: 'mask', role: 'group', 'aria-label': title, data: { mask: nth }, on: { keydown: (event) => walk(event, kernel) } },
            Array.from({ length: square }, (_, cell) => this.#cell(nth * square + cell, cell, kernel, open.data[nth * square + cell] === 1)),
          );
          grid.style.setProperty('--kernel', kernel);
          return el('figure', {}, grid, el('figcaption', {}, title));
        }),
      );
    }
    this.editors.querySelectorAll('[data-cell]').forEach((node) => node.setAttribute('aria-pressed', String(masks.data[node.dataset.cell] === 1)));
  }

  #cell(index, cell, kernel, open) {
    const centre = (square(kernel) - 1) / 2;
    const [row, column] = [Math.floor(cell / kernel) - Math.floor(kernel / 2), (cell % kernel) - Math.floor(kernel / 2)];
    const where = cell === centre ? 'the pixel itself' : `row ${row}, column ${column}`;
    return el('button', {
      type: 'button',
      class: 'mask-cell',
      disabled: !open,
      tabIndex: cell === centre ? 0 : -1,
      'aria-label': where,
      title: where,
      data: { cell: index, centre: cell === centre },
      on: { click: () => this.#press(index) },
    });
  }

  #press(index) {
    const cells = Array.from(this.found.masks.data);
    cells[index] = 1 - cells[index];
    this.page.set({ cells: cells.join('') });
  }

  #say({ sight, own }, channel) {
    const total = (kind) => sight.data.reduce((sum, value) => sum + (value === kind), 0);
    const [seen, blind, leaks] = [total(1), total(2), total(3)];
    Object.assign(this.node.dataset, { seen, blind, leaks });
    const faults = [blind && t(`, a blind spot of ${count(blind)}`), leaks && t(`, ${count(leaks)} that it must not see`)].filter(Boolean);
    this.verdict.replaceChildren(el('strong', {}, `${count(seen)} pixels seen`), ...(faults.length ? faults : [t(', no blind spot')]));
    const given = NAMES.filter((_, nth) => own.data.length > 1 && own.data[nth] === 1);
    const colour = channel === 'grey' ? '' : ` Of the pixel itself, ${channel} sees ${given.length ? given.join(' and ') : 'nothing'}.`;
    setText(
      this.words,
      (leaks
        ? 'Red pixels come later, or are the pixel itself: with these masks the product of all softmaxes is no probability, and nothing could be sampled.'
        : 'The deeper the blue, the more paths through the layers lead there.') +
        (blind ? ' Hatched pixels come earlier and are near enough, but no path leads to them.' : '') +
        colour,
    );
    setLabel(this.canvas, `Dependency of the ringed pixel: ${seen} pixels seen, ${blind} in the blind spot, ${leaks} that come later or are itself`);
  }

  #draw() {
    const size = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!this.found || size === 0) return;
    const { sight, paths } = this.found;
    const colours = palette(pageTheme.shown);
    if (this.canvas.width !== size) Object.assign(this.canvas, { width: size, height: size });
    const context = this.canvas.getContext('2d');
    context.clearRect(0, 0, size, size);
    const cell = size / SIDE;
    const each = (test, draw) => {
      for (let at = 0; at < SIDE * SIDE; at += 1) if (test(at)) draw((at % SIDE) * cell, Math.floor(at / SIDE) * cell, at);
    };
    const own = PIXEL[0] * SIDE + PIXEL[1];
    const gap = Math.max(1, cell / 16);
    each(
      () => true,
      (x, y, at) => {
        context.globalAlpha = 1;
        context.fillStyle = at < own ? colours.grid : colours.paper;
        context.fillRect(x + gap / 2, y + gap / 2, cell - gap, cell - gap);
      },
    );
    const most = Math.log1p(paths.data.reduce((a, b) => Math.max(a, b), 0));
    context.fillStyle = colours.arenas[0];
    each(
      (at) => sight.data[at] === 1,
      (x, y, at) => {
        context.globalAlpha = 0.25 + (0.75 * Math.log1p(paths.data[at])) / most;
        context.fillRect(x + gap / 2, y + gap / 2, cell - gap, cell - gap);
      },
    );
    drawSight(context, sight.data, cell, colours, each, true);
    context.globalAlpha = 1;
    Object.assign(context, { strokeStyle: colours.ink, lineWidth: Math.max(2, cell / 6) });
    context.strokeRect(PIXEL[1] * cell, PIXEL[0] * cell, cell, cell);
  }
}

const square = (n) => n * n;

/** Arrow keys walk over the cells of one mask. */
function walk(event, kernel) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -kernel, ArrowDown: kernel }[event.key];
  if (!by) return;
  event.preventDefault();
  const cells = [...event.currentTarget.children];
  cells[cells.indexOf(document.activeElement) + by]?.focus();
}
