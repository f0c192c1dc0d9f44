// Owns the first milliseconds of a process that serves, in which Node itself starts and no JavaScript can take a signal: the loader
// loads this before Node (LD_PRELOAD= of firmware-config/pinlatch.service). A signal that a gateway would live on ends it no more.
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <string.h>

// What src/signals.ts takes without ending; a test compares the two. SIGHUP loses nothing: whatever is read is read after it.
static const int kSurvived[] = {
    SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT,
};

// Node gives an ignored signal its default back (ResetSignalHandlers), and lets a handler be.
static void Survive(int signal) { (void)signal; }

static int Serves(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    if (strcmp(arguments[i], "run") == 0) return 1;
  }
  return 0;
}

// glibc hands a constructor what main() gets; the other commands of pinlatch end by a signal as any program does.
__attribute__((constructor)) static void TakeSignals(int count, char** arguments) {
  if (!Serves(count, arguments)) return;
  struct sigaction action = {.sa_handler = Survive, .sa_flags = SA_RESTART};
  for (size_t i = 0; i < sizeof kSurvived / sizeof *kSurvived; ++i) {
    sigaction(kSurvived[i], &action, NULL);
  }
}
