// Owns what would otherwise differ from run to run: random numbers, clocks, and the moment at which
// the one worker of this program has nothing left to do. Takes the place of libc's functions;
// changes nothing of the gateway.
#pragma once

#include <cstdint>
#include <string>

namespace pinlatch::instructions {

// Reseed begins every thread's random numbers anew. The calling thread draws the first sequence,
// threads that draw for the first time afterwards the next ones. PINLATCH_INSTRUCTIONS_SEED chooses
// among sequences.
void Reseed();

// Rests counts how often the worker has gone to wait for events.
uint64_t Rests();

// AwaitRest waits until the worker has gone to rest more often than `before`, and nothing that has
// happened is left for it to see. Main thread only.
void AwaitRest(uint64_t before);

// BeginProfile has callgrind count what the worker does from its next waking on, under `name`;
// EndProfile has it written down at the waking that comes then. The worker itself asks for both:
// callgrind does it for the thread that asks.
void BeginProfile(const std::string& name);
void EndProfile();

}  // namespace pinlatch::instructions
