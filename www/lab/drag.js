// A panel whose horizontal axis is a live setting: a drag along it sets that.

import { onePointer } from '../shell/pointer.js';

/** Lets a panel be dragged in where one of `controls` is its axis; `change(control, value)` resolves when the run has the value. */
export function dragAlong(panel, controls, change) {
  const control = controls.find(({ live, label }) => live && label === panel.spec.x.title);
  if (!control) return;
  const { canvas, picture } = panel;
  let wanted = null;
  let busy = false;
  const set = async () => {
    if (busy) return;
    busy = true;
    while (wanted !== null) {
      const value = wanted;
      wanted = null;
      await change(control, value);
    }
    busy = false;
  };
  const at = (event) => {
    const place = picture.across(event.clientX - canvas.getBoundingClientRect().left, panel.size);
    wanted = String(Number(Math.min(control.max, Math.max(control.min, place)).toFixed(3)));
    set();
  };
  canvas.dataset.drags = control.key;
  canvas.title = `Drag to set ${control.label}`;
  const listeners = onePointer({ begin: (event) => (picture.numbers ? at(event) : false), move: (events) => at(events.at(-1)) });
  for (const [type, listener] of Object.entries(listeners)) canvas.addEventListener(type, listener);
}
