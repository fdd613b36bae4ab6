// A piece for each kind of output: `{node, show(answer), wait?(), mark?()}`.

import { Bars } from './bars.js';
import { Numbers } from './numbers.js';
import { PanelOutput } from './panel.js';
import { Pictures } from './pictures.js';
import { Sight } from './sight.js';
import { Spreads } from './spreads.js';
import { Switches } from './switches.js';
import { Table } from './table.js';
import { Note, Text } from './text.js';

export const OUTPUTS = {
  pictures: Pictures,
  panel: PanelOutput,
  bars: Bars,
  spreads: Spreads,
  numbers: Numbers,
  table: Table,
  switches: Switches,
  sight: Sight,
  text: Text,
  note: Note,
};
