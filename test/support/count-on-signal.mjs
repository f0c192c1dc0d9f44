/**
 * Owns the way in which a test reads the counters of a gateway in another process: loaded there ahead of the program
 * (node --import), it remembers the data plane that the program makes, and prints its counters on SIGUSR2 as one line of
 * the log. Nothing of the program under test is replaced. Plain JavaScript, because that process has no TypeScript.
 */
let gateway;

const open = process.dlopen;
process.dlopen = (module, ...rest) => {
  open.call(process, module, ...rest);
  const { Gateway } = module.exports;
  if (Gateway === undefined) return;
  module.exports.Gateway = class extends Gateway {
    constructor() {
      super();
      gateway = this;
    }
  };
};

process.on('SIGUSR2', () => {
  const line = {
    time: Date.now(),
    type: 'test',
    event: 'counters',
    ...gateway.readCounters(),
    listeners: gateway.readListeners(),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
