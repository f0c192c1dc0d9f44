// Runs a fuzz target over files instead of under libFuzzer: every argument is a corpus file or a
// folder of them. An input that used to crash stays a test wherever the compiler is not clang.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// A target that counts what its inputs reach says here whether a corpus reached enough.
extern "C" __attribute__((weak)) int PinlatchCorpusSuffices();

namespace {

bool RunFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  // Named before it runs: after a crash the last line printed is the culprit.
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return true;
}

int RunAll(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return RunFile(path) ? 1 : -1;
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path, error)) {
    if (!entry.is_regular_file()) continue;
    if (!RunFile(entry.path())) return -1;
    ++count;
  }
  return error ? -1 : count;
}

}  // namespace

int main(int argc, char** argv) {
  int total = 0;
  for (int i = 1; i < argc; ++i) {
    const int count = RunAll(argv[i]);
    if (count < 0) return 1;
    total += count;
  }
  std::printf("%d inputs replayed\n", total);
  if (PinlatchCorpusSuffices != nullptr && PinlatchCorpusSuffices() == 0) {
    std::fprintf(stderr, "the corpus reaches too little\n");
    return 1;
  }
  return total > 0 ? 0 : 1;
}
