// Owns the answer to "may this security line be written, and at what length": so many lines of one
// kind from one source, whole ones in bounds, and what is said for the first time before what is
// said again. Shared by all workers, one lock: asked only when somebody is refused.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "telemetry/line_origin.h"

namespace pinlatch::telemetry {

// LineAllowances holds, for each (source, code), an allowance of kBurst lines that time gives back,
// one a second. A source is what nobody can have many of: the certificate of whoever has proved to
// hold one, so that its first line is always written; else the address. There a line about an
// (address, code, certificate) that was not seen before may take all of the allowance, a repeated
// one only the first kRepeats: a flood of one and the same leaves room for what is new, and one
// that is new with every certificate is over after kBurst.
class LineAllowances {
 public:
  static constexpr uint64_t kBurst = 256;
  static constexpr uint64_t kRepeats = 128;
  // What lines of one LineAbout may take at their full length, in bytes, and what of it returns in
  // a second. Beyond it they are short.
  static constexpr uint64_t kWholeBytes = 96 * 1024;
  static constexpr uint64_t kWholeBytesASecond = 8 * 1024;

  struct Line {
    LineAbout about = LineAbout::kStranger;
    uint64_t source = 0;
    uint64_t address = 0;  // IPv6 by its first 64 bits
    uint64_t code = 0;
    uint64_t certificate = 0;  // of its fingerprint; 0: none
  };

  LineAllowances();
  LineAllowances(const LineAllowances&) = delete;
  LineAllowances& operator=(const LineAllowances&) = delete;

  // MayWrite says whether the line may be written, and counts it.
  bool MayWrite(const Line& line, MonotonicTime now);
  // MayBeWhole says whether a line about them may be at its full length; Written counts what was. A
  // line about a client always may: strangers cannot bring one about.
  bool MayBeWhole(LineAbout about, MonotonicTime now);
  void Written(LineAbout about, size_t bytes, MonotonicTime now);

 private:
  // Sources that are remembered, and lines: 128 KiB and 64 KiB, however many come. A source that
  // has to give way is the one in its group whose allowance is whole the soonest; a line that was
  // forgotten is new again, which costs its source's allowance all the same.
  static constexpr size_t kGroups = 1024;
  static constexpr size_t kGroupSize = 8;
  struct Allowance {
    uint64_t key = 0;
    MonotonicTime whole;  // not later than now: as if it were not there
  };
  struct Seen {
    std::array<uint64_t, kGroupSize> keys{};
    size_t next = 0;  // that gives way
  };

  Allowance& AllowanceOf(uint64_t key, MonotonicTime now);
  bool IsNew(uint64_t key);

  std::mutex mutex_;
  uint64_t seed_;
  std::vector<Allowance> allowances_;  // empty until one is asked for
  std::vector<Seen> seen_;
  std::array<MonotonicTime, kLineAbouts> whole_{};  // when all may be written at full length again
};

}  // namespace pinlatch::telemetry
