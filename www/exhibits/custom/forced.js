// Forced pixels in the link: runs of `place:levels` separated by semicolons. A place and a level are in base 36, a level as
// long as the largest; capitals after a level say how often it comes, in base 26.

const BASE = 36;
const A = 65;

const digits = (levels) => (levels - 1).toString(BASE).length;

/**
 * `{forced: Map(place -> level), notes}` for a model with `size` values of `levels` levels. What does not fit is left out,
 * whatever a link claims.
 */
export function readForced(text, { size, levels }) {
  const forced = new Map();
  const width = digits(levels);
  const item = new RegExp(`([0-9a-z]{${width}})([A-Z]*)`, 'y');
  let bad = 0;
  let most = size;
  for (const run of text.split(';').filter(Boolean)) {
    const [, start, items] = /^([0-9a-z]+):(.*)$/.exec(run) ?? [];
    let place = parseInt(start, BASE);
    item.lastIndex = 0;
    for (let at = start === undefined ? -1 : 0; at !== items?.length; at = item.lastIndex) {
      const [, level, times] = at < 0 ? [] : (item.exec(items) ?? []);
      const value = parseInt(level, BASE);
      const count = times ? readCount(times) : 1;
      if (!(value < levels) || place + count > size || (most -= count) < 0) {
        bad += 1;
        break;
      }
      for (const end = place + count; place < end; place += 1) forced.set(place, value);
    }
  }
  return { forced, notes: bad ? [`The link forces pixels that these images do not have, or levels that they do not know; ${forced.size ? 'those' : 'they'} were left out.`] : [] };
}

export function writeForced(forced, levels) {
  const width = digits(levels);
  let text = '';
  let [next, last, times] = [-1, -1, 0];
  const close = () => {
    if (times > 1) text += writeCount(times);
  };
  for (const place of [...forced.keys()].sort((a, b) => a - b)) {
    const level = forced.get(place);
    if (place === next && level === last) times += 1;
    else {
      close();
      if (place !== next) text += `${text ? ';' : ''}${place.toString(BASE)}:`;
      text += level.toString(BASE).padStart(width, '0');
      [last, times] = [level, 1];
    }
    next = place + 1;
  }
  close();
  return text;
}

function readCount(letters) {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - A, 0);
}

function writeCount(times) {
  const high = Math.floor(times / 26);
  return `${high ? writeCount(high) : ''}${String.fromCharCode(A + (times % 26))}`;
}
