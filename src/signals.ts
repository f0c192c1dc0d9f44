/**
 * Owns which signals a gateway takes, what each does, and the taking. Whoever serves takes them before it loads anything else: a
 * signal that nobody listens to ends the process, without a drain and without a line.
 */

/** Deed is what a signal does; "end" is a stop that is not hurried when the signal comes again. */
type Deed = 'reload' | 'stop' | 'end' | 'nothing';

// What does nothing is sent by rules for other daemons, by mistake, or by timers that nobody set here: by default SIGUSR1 would
// open Node's debugger to every local user, and each of the others would end the process. The kernel repeats SIGXCPU
// each second between the two limits of CPU time. Not here: SIGPIPE and SIGXFSZ, which Node ignores; what the
// processor or the program itself raises (SIGSEGV, SIGABRT, SIGTRAP and their like), after which nothing can be trusted;
// and the real-time signals, which JavaScript cannot take.
const DEEDS = {
  SIGHUP: 'reload',
  SIGTERM: 'stop',
  SIGINT: 'stop',
  SIGQUIT: 'stop',
  SIGXCPU: 'end',
  SIGUSR1: 'nothing',
  SIGUSR2: 'nothing',
  SIGALRM: 'nothing',
  SIGVTALRM: 'nothing',
  SIGPROF: 'nothing',
  SIGIO: 'nothing',
  SIGPWR: 'nothing',
  SIGSTKFLT: 'nothing',
} as const satisfies Partial<Record<NodeJS.Signals, Deed>>;

/** Taken is a signal that is taken. */
export type Taken = keyof typeof DEEDS;

/** deedOf says what a signal does. */
export const deedOf = (signal: Taken): Deed => DEEDS[signal];

/** signalsThat lists the signals that do one of these, in the order of the help text. */
export const signalsThat = (...deeds: readonly Deed[]): readonly Taken[] =>
  (Object.keys(DEEDS) as readonly Taken[]).filter((signal) => deeds.includes(DEEDS[signal]));

const ALL = signalsThat('reload', 'stop', 'end', 'nothing');

// A profiler that was asked for at the start of the process has its own handler of SIGPROF.
const PROFILED = /--(?:cpu-)?prof\b/;
const isProfiled = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) =>
  PROFILED.test(text),
);

/** SignalQueue keeps the signals that come before there is a gateway to deliver them to. */
export class SignalQueue {
  readonly #signals = ALL.filter((signal) => signal !== 'SIGPROF' || !isProfiled);
  readonly #waiting: Taken[] = [];
  #deliver: ((signal: Taken) => void) | undefined;
  readonly #take = (signal: NodeJS.Signals): void => {
    const taken = signal as Taken; // no other is listened to
    if (this.#deliver === undefined) this.#waiting.push(taken);
    else this.#deliver(taken);
  };

  constructor() {
    for (const signal of this.#signals) process.on(signal, this.#take);
  }

  deliverTo(receiver: (signal: Taken) => void): void {
    this.#deliver = receiver;
    for (const signal of this.#waiting.splice(0)) receiver(signal);
  }

  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#take);
    if (taken === this) taken = undefined;
  }
}

let taken: SignalQueue | undefined;

/** takeSignals takes the signals of the process, from the first call until the queue is closed. */
export function takeSignals(): SignalQueue {
  taken ??= new SignalQueue();
  return taken;
}
