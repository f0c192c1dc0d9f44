// Owns the building of a generation: opens credentials and trust, builds route tables. Control
// thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "proxy/generation.h"

namespace pinlatch::server {

// BuildOutcome is a generation, or everything that stands in its way. Each error's `at` is a JSON
// pointer into the configuration file, except for kSnapshotInvalid of a document that the decoder
// refuses, where it points into the document.
struct BuildOutcome {
  proxy::GenerationPtr generation;  // nullptr when there are errors
  std::vector<Error> errors;
};

// BuildPurpose says whether the generation is to serve, in this process, or only to be looked at.
enum class BuildPurpose : uint8_t { kServe, kCheck };

// BuildGeneration decodes the document and builds everything it names. All entries are tried, so
// that all errors come at once. Touches nothing that serves. `previous` is the generation that this
// one is to replace, or nullptr: a revocation list must not be older than the one that it has.
BuildOutcome BuildGeneration(std::string_view document, uint64_t number, UnixSeconds now,
                             BuildPurpose purpose, const proxy::Generation* previous = nullptr);

}  // namespace pinlatch::server
