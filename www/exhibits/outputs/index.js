// A piece for each kind of output: `{node, show(answer), wait?(), mark?()}`.

import { Bars } from './bars.js';
import { Numbers } from './numbers.js';
import { PanelOutput } from './panel.js';
import { Pictures } from './pictures.js';
import { Sight } from './sight.js';
import { Switches } from './switches.js';
import { Table } from './table.js';
import { Note, Text } from './text.js';

export const OUTPUTS = { pictures: Pictures, panel: PanelOutput, bars: Bars, numbers: Numbers, text: Text, note: Note, table: Table, switches: Switches, sight: Sight };
