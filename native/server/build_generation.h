// Owns the building of a generation: opens credentials and trust, builds route tables. Control
// thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock_reading.h"
#include "base/error.h"
#include "generation/generation.h"
#include "keys/private_key.h"

namespace pinlatch::server {

// BuildOutcome is a generation, or everything that stands in its way. Each error's `at` is a JSON
// pointer into the configuration file, except for kSnapshotInvalid of a document that the decoder
// refuses, where it points into the document.
struct BuildOutcome {
  proxy::GenerationPtr generation;  // nullptr when there are errors
  std::vector<Error> errors;
  // warnings are of what was left out, and stands in nobody's way.
  std::vector<Error> warnings = {};
};

// BuildPurpose says whether the generation is to serve, in this process, or only to be looked at.
enum class BuildPurpose : uint8_t { kServe, kCheck };

// BuildContext is what a generation is built beside. All of it is borrowed for the call.
struct BuildContext {
  BuildPurpose purpose = BuildPurpose::kCheck;
  const proxy::Generation* previous = nullptr;  // which this one is to replace
  const tls::ListMemory* memory = nullptr;      // of the revocation lists that served
  const tls::KeyOpener* open_key = nullptr;     // for keys that are in no file
};

// BuildGeneration decodes the document and builds everything it names. All entries are tried, so
// that all errors come at once. Touches nothing that serves.
BuildOutcome BuildGeneration(std::string_view document, uint64_t number, const ClockReading& clock,
                             const BuildContext& context);

}  // namespace pinlatch::server
