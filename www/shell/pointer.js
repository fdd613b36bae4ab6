// One pointer at a time: the one that presses first draws or drags. A second finger or a resting palm changes nothing until it lifts.

/**
 * Listeners of an element, by type. `begin(event)` follows a press, and refuses it with `false`; `move(events)` has every place since the
 * last one, for a pen reports several between two frames; `end()` follows when the pointer lifts or is taken away.
 */
export function onePointer({ begin, move, end = () => {} }) {
  let pointer = null;
  const lift = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    end();
  };
  return {
    pointerdown(event) {
      if (pointer === null) {
        if (event.button > 0 || begin(event) === false) return;
        pointer = event.pointerId;
        event.currentTarget.setPointerCapture(pointer);
      }
      event.preventDefault();
    },
    pointermove(event) {
      if (event.pointerId !== pointer) return;
      const places = event.getCoalescedEvents?.() ?? [];
      move(places.length > 0 ? places : [event]);
    },
    pointerup: lift,
    pointercancel: lift,
    lostpointercapture: lift,
  };
}
