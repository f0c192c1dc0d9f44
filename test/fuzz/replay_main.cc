// Replays a fuzz target's corpus without libFuzzer: every argument is a seed or a folder of them.
// What comes of a seed must be what its name says, and the corpus must reach what the target lists.
// An input that used to crash stays a test wherever the compiler is not clang.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "outcome.h"
#include "seed_name.h"

namespace {

using pinlatch::fuzz::Outcome;
using Paths = std::vector<std::filesystem::path>;

// SeedsOf appends the seeds at `place`. False when there is nothing.
bool SeedsOf(const std::filesystem::path& place, Paths& into) {
  std::error_code error;
  if (!std::filesystem::is_directory(place, error)) {
    into.push_back(place);
    return std::filesystem::exists(place, error);
  }
  const size_t before = into.size();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place, error)) {
    if (entry.is_regular_file()) into.push_back(entry.path());
  }
  return !error && into.size() > before;
}

Outcome OutcomeOf(const std::filesystem::path& seed) {
  std::ifstream file(seed, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  // Named before it runs: after a crash the last line printed is the culprit.
  std::printf("%s\n", seed.c_str());
  std::fflush(stdout);
  return pinlatch::fuzz::Run({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

// Replay counts the seeds whose names say something else than what came of them.
int Replay(const Paths& seeds, std::vector<Outcome>& outcomes) {
  int misnamed = 0;
  for (const std::filesystem::path& seed : seeds) {
    outcomes.push_back(OutcomeOf(seed));
    if (pinlatch::fuzz::Foretells(seed.filename().string(), outcomes.back())) continue;
    std::fprintf(stderr, "misnamed: %s came to %s\n", seed.c_str(), outcomes.back().name().c_str());
    ++misnamed;
  }
  return misnamed;
}

// Unreached counts the outcomes that the target lists and no seed came to.
int Unreached(const std::vector<Outcome>& outcomes) {
  int unreached = 0;
  for (const std::string_view wanted : pinlatch::fuzz::MustReach()) {
    if (std::any_of(outcomes.begin(), outcomes.end(), [&](const Outcome& outcome) {
          return pinlatch::fuzz::Begins(outcome.name(), wanted);
        }))
      continue;
    std::fprintf(stderr, "unreached: no seed came to %s\n", std::string(wanted).c_str());
    ++unreached;
  }
  return unreached;
}

}  // namespace

int main(int argc, char** argv) {
  Paths seeds;
  for (int i = 1; i < argc; ++i) {
    if (SeedsOf(argv[i], seeds)) continue;
    std::fprintf(stderr, "no seeds at %s\n", argv[i]);
    return 1;
  }
  std::sort(seeds.begin(), seeds.end());
  std::vector<Outcome> outcomes;
  const int misnamed = Replay(seeds, outcomes);
  const int unreached = Unreached(outcomes);
  std::printf("%zu seeds replayed, %d misnamed, %d outcomes unreached\n", seeds.size(), misnamed,
              unreached);
  return misnamed == 0 && unreached == 0 ? 0 : 1;
}
