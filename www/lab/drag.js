// A panel whose horizontal axis is a live setting: a drag along it sets that.

import { newest } from '../shell/newest.js';
import { onePointer } from '../shell/pointer.js';

/** Lets a panel be dragged in where one of `controls` is its axis; `change(control, value)` resolves when the run has the value. */
export function dragAlong(panel, controls, change) {
  const control = controls.find(({ live, label }) => live && label === panel.spec.x.title);
  if (!control) return;
  const { canvas, picture } = panel;
  const set = newest((value) => change(control, value));
  const at = (event) => {
    const place = picture.across(event.clientX - canvas.getBoundingClientRect().left, panel.size);
    set(String(Number(Math.min(control.max, Math.max(control.min, place)).toFixed(3))));
  };
  canvas.dataset.drags = control.key;
  canvas.title = `Drag to set ${control.label}`;
  const listeners = onePointer({ begin: (event) => (picture.numbers ? at(event) : false), move: (events) => at(events.at(-1)) });
  for (const [type, listener] of Object.entries(listeners)) canvas.addEventListener(type, listener);
}
