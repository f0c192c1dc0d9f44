/**
 * Owns the first thing that the program does: Node opens its debugger on 127.0.0.1:9229, to every local user, when SIGUSR1 comes
 * and nobody listens to it. Loaded before everything else, for its effect.
 */
process.on('SIGUSR1', () => undefined);

export {};
