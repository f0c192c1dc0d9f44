// Owns the wire between the two ends of the handshake fuzzer: records pass whole, and are edited on
// the way as the input says. Knows no TLS but the five bytes in front of a record.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::fuzz {

using Bytes = std::vector<uint8_t>;

// Edit is six bytes of an input: the number of a record, counted over both directions as they pass,
// and what happens to it there.
struct Edit {
  static constexpr size_t kSize = 6;
  enum Kind : uint8_t {
    kXor,      // `value` into the byte at `position`
    kSet,      // the byte at `position` to `value`
    kShorten,  // to `position` bytes of content
    kInsert,   // `value`, `extra` times, at `position`
    kRemove,   // `extra` bytes at `position`
    kRepeat,   // the record comes twice
    kDrop,     // it does not come
    kSwap,     // it comes after the next one of its direction
    kSplit,    // it comes as two, divided at `position`
    kInject,   // before it comes another of the type `value`, with `extra` bytes of the spare ones
    kKinds,
  };
  explicit Edit(ByteSpan bytes);
  uint8_t record = 0;
  Kind kind = kXor;
  size_t position = 0;
  uint8_t value = 0;
  uint8_t extra = 0;
};

// WireEnd is one end as a session sees it.
class WireEnd final : public ByteStream {
 public:
  Transfer Read(MutableByteSpan into) override;
  Transfer Write(ByteSpan from) override;
  void End() { ended_ = true; }

 private:
  friend class EditedWire;
  Bytes in_;
  Bytes out_;
  bool ended_ = false;
};

class EditedWire {
 public:
  // `spare` is what is left of the input behind the edits.
  EditedWire(std::vector<Edit> edits, ByteSpan spare)
      : edits_(std::move(edits)), spare_(spare.begin(), spare.end()) {}

  WireEnd& client() { return ends_[0]; }
  WireEnd& server() { return ends_[1]; }
  // Pass moves all whole records. False when there was none.
  bool Pass();
  // changed says that something came differently from how it was sent: an edit of a record that was
  // never sent, or of a byte behind its end, changes nothing.
  bool changed() const { return changed_; }

 private:
  void PassFrom(size_t end);
  void Apply(const Edit& edit, size_t end, std::vector<Bytes>& records);
  void Inject(const Edit& edit, std::vector<Bytes>& records);

  const std::vector<Edit> edits_;
  Bytes spare_;
  std::array<WireEnd, 2> ends_;
  std::array<std::vector<Bytes>, 2> held_;  // by end: what comes after the next record
  uint8_t passed_ = 0;
  bool moved_ = false;
  bool changed_ = false;
};

}  // namespace pinlatch::fuzz
