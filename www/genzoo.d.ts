/** Attributes of `<gen-zoo>`, and options of `mount`. Each is also a parameter of `embed.html`. */
export interface Options {
  /** Id of a demo: `race`, a figure of the lab, such as `flow`, or a finished model: `dcgan`, `vae`, `pixelcnn`, `pix2pix`. */
  demo?: string;
  /** Settings as in a link (`density=grid25&seed=3&step=500`), or as an object; docs/settings.md has them all. */
  settings?: string | Record<string, string | number | boolean>;
  /** How much of bar and panels is there; `minimal` where left out. */
  controls?: 'none' | 'minimal' | 'full';
  /** Parts and settings to take away: `play step step-d step-g reset counter pace hash speed stop device settings views arenas objective charts`, of finished models also `transport tools status made`, and keys of settings. */
  hide?: string | string[];
  /** The same, left in sight but not to be changed. */
  lock?: string | string[];
  /** Whether it trains or plays as soon as it is visible. */
  autoplay?: boolean;
  theme?: 'auto' | 'light' | 'dark';
  /** Language of the interface; the first element decides for its page. `auto` is the browser's. */
  lang?: 'en' | 'de' | 'auto';
  /** Address of a picture to show until there is something to see. */
  poster?: string;
}

/** Measures of one arena at a step, by column; what was not measured is missing. */
export interface Metrics {
  arena: number;
  objective: string;
  /** The step of these measures; left out in `State`, where they are the newest. */
  step?: number;
  values: Record<string, number>;
}

export interface State {
  demo: string;
  version: string;
  /** `replaying`: on its way to the step or the picture that was asked for. */
  state: 'loading' | 'running' | 'paused' | 'replaying' | 'fault';
  /** Of a PixelCNN's board, the pixels drawn; of the other finished models 0. */
  step: number;
  device: 'cpu' | 'webgpu';
  /** Opens this run again, with its step. */
  link: string;
  settings: Record<string, unknown>;
  /** Fingerprint of all parameters at `hashStep`, of a finished model that of the pixels shown; on the CPU equal on every machine. */
  hash: string | null;
  hashStep: number | null;
  metrics: Metrics[];
}

export interface EventMap {
  ready: CustomEvent<State>;
  state: CustomEvent<{ state: State['state']; step: number; sentence: string }>;
  metrics: CustomEvent<{ step: number; rows: Required<Metrics>[] }>;
  link: CustomEvent<string>;
  fault: CustomEvent<{ step: number; sentence: string }>;
}

/** What the element and `connect` have in common. Nothing computes unless it is visible. */
export interface Controls {
  /** Trains on, or plays what the view of a finished model plays, if anything. */
  play(): Promise<void>;
  /** Resolves when nothing moves any more. */
  pause(): Promise<void>;
  /** Trains exactly so many steps, 1 where left out, or draws so many pixels; resolves at rest. Finished models without steps reject it. */
  step(steps?: number): Promise<void>;
  /** Step 0 again, with the same settings: the run repeats exactly. */
  reset(): Promise<void>;
  /** Changes a setting by its key in a link; one that cannot change in mid-run starts the run again. */
  set(key: string, value: string | number | boolean): Promise<void>;
  /** Opens other settings, given as a link, and trains or draws to its step; resolves at rest. */
  open(link: string): Promise<void>;
  state(): Promise<State>;
}

/** The element `<gen-zoo>`; importing this module defines it. */
export class GenZoo extends HTMLElement implements Controls {
  // Attributes as properties. Setting one sets its attribute; undefined, null or false takes that away. `lang` is HTML's own.
  get demo(): string;
  set demo(value: Options['demo'] | null);
  get settings(): string;
  set settings(value: Options['settings'] | null);
  get controls(): 'none' | 'minimal' | 'full';
  set controls(value: Options['controls'] | null);
  get hide(): string;
  set hide(value: Options['hide'] | null);
  get lock(): string;
  set lock(value: Options['lock'] | null);
  get autoplay(): boolean;
  set autoplay(value: boolean | null | undefined);
  get theme(): string;
  set theme(value: Options['theme'] | null);
  get poster(): string;
  set poster(value: string | null | undefined);
  play(): Promise<void>;
  pause(): Promise<void>;
  step(steps?: number): Promise<void>;
  reset(): Promise<void>;
  set(key: string, value: string | number | boolean): Promise<void>;
  open(link: string): Promise<void>;
  state(): Promise<State>;
  addEventListener<K extends keyof EventMap>(type: K, listener: (event: EventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** A demo in an iframe of `embed.html`. */
export interface Remote extends EventTarget, Controls {
  addEventListener<K extends keyof EventMap>(type: K, listener: (event: EventMap[K]) => void): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void;
  /** Stops listening. */
  close(): void;
}

/** Puts a demo into `place`, and returns its element. */
export function mount(place: Element, options?: Options): GenZoo;

/** Drives the `embed.html` in an iframe, of this host or another. */
export function connect(iframe: HTMLIFrameElement): Remote;

declare global {
  interface HTMLElementTagNameMap {
    'gen-zoo': GenZoo;
  }
}
