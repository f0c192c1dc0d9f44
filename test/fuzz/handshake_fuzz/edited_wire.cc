// See edited_wire.h.
#include "handshake_fuzz/edited_wire.h"

#include <algorithm>
#include <utility>

namespace pinlatch::fuzz {
namespace {

constexpr size_t kHead = 5;
constexpr size_t kMostContent = 17 * 1024;  // a little more than a record may have

Bytes TakeRecord(Bytes& from) {
  if (from.size() < kHead) return {};
  const size_t size = kHead + static_cast<size_t>(from[3] << 8 | from[4]);
  if (from.size() < size) return {};
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(size);
  Bytes record(from.begin(), end);
  from.erase(from.begin(), end);
  return record;
}

void SetLength(Bytes& record) {
  const size_t size = std::min(record.size() - kHead, kMostContent);
  record.resize(kHead + size);
  record[3] = static_cast<uint8_t>(size >> 8);
  record[4] = static_cast<uint8_t>(size);
}

Bytes RecordOf(uint8_t type, const Bytes& content) {
  Bytes record = {type, 3, 3, 0, 0};
  record.insert(record.end(), content.begin(), content.end());
  SetLength(record);
  return record;
}

// Positions count from the end of the record's head, and stop at its end.
Bytes::iterator At(Bytes& record, size_t position) {
  return record.begin() + static_cast<std::ptrdiff_t>(std::min(kHead + position, record.size()));
}

std::vector<Bytes> Split(const Bytes& record, size_t position) {
  Bytes whole = record;
  const auto middle = At(whole, position);
  return {RecordOf(record.front(), {whole.begin() + kHead, middle}),
          RecordOf(record.front(), {middle, whole.end()})};
}

}  // namespace

Edit::Edit(ByteSpan bytes)
    : record(bytes[0]),
      kind(static_cast<Kind>(bytes[1] % kKinds)),
      position(static_cast<size_t>(bytes[2] << 8 | bytes[3])),
      value(bytes[4]),
      extra(bytes[5]) {}

Transfer WireEnd::Read(MutableByteSpan into) {
  const size_t count = std::min(into.size(), in_.size());
  if (count == 0) return ended_ ? Transfer::End() : Transfer::WouldBlock();
  const auto end = in_.begin() + static_cast<std::ptrdiff_t>(count);
  std::copy(in_.begin(), end, into.begin());
  in_.erase(in_.begin(), end);
  return Transfer::Moved(count);
}

Transfer WireEnd::Write(ByteSpan from) {
  out_.insert(out_.end(), from.begin(), from.end());
  return Transfer::Moved(from.size());
}

bool EditedWire::Pass() {
  moved_ = false;
  for (size_t end = 0; end < ends_.size(); ++end) PassFrom(end);
  return moved_;
}

void EditedWire::PassFrom(size_t end) {
  Bytes& into = ends_[1 - end].in_;
  while (true) {
    const Bytes record = TakeRecord(ends_[end].out_);
    if (record.empty()) return;
    moved_ = true;
    std::vector<Bytes> records{record};
    std::vector<Bytes> held = std::exchange(held_[end], {});
    for (const Edit& edit : edits_) {
      if (edit.record == passed_ && !records.empty()) Apply(edit, end, records);
    }
    ++passed_;
    records.insert(records.end(), held.begin(), held.end());
    changed_ = changed_ || records != std::vector<Bytes>{record};
    for (const Bytes& piece : records) into.insert(into.end(), piece.begin(), piece.end());
  }
}

void EditedWire::Apply(const Edit& edit, size_t end, std::vector<Bytes>& records) {
  Bytes& record = records.back();
  const auto at = At(record, edit.position);
  switch (edit.kind) {
    case Edit::kXor:
      if (at != record.end()) *at ^= edit.value;
      break;
    case Edit::kSet:
      if (at != record.end()) *at = edit.value;
      break;
    case Edit::kShorten:
      record.erase(at, record.end());
      SetLength(record);
      break;
    case Edit::kInsert:
      record.insert(at, edit.extra, edit.value);
      SetLength(record);
      break;
    case Edit::kRemove:
      record.erase(at, at + std::min<std::ptrdiff_t>(edit.extra, record.end() - at));
      SetLength(record);
      break;
    case Edit::kRepeat:
      records.push_back(Bytes(record));
      break;
    case Edit::kDrop:
      records.pop_back();
      break;
    case Edit::kSwap:
      held_[end].push_back(std::move(record));
      records.pop_back();
      break;
    case Edit::kSplit: {
      const std::vector<Bytes> halves = Split(record, edit.position);
      records.pop_back();
      records.insert(records.end(), halves.begin(), halves.end());
      break;
    }
    case Edit::kInject:
      Inject(edit, records);
      break;
    case Edit::kKinds:
      break;
  }
}

void EditedWire::Inject(const Edit& edit, std::vector<Bytes>& records) {
  const auto count = static_cast<std::ptrdiff_t>(std::min<size_t>(edit.extra, spare_.size()));
  const Bytes content(spare_.begin(), spare_.begin() + count);
  spare_.erase(spare_.begin(), spare_.begin() + count);
  records.insert(records.end() - 1, RecordOf(edit.value, content));
}

}  // namespace pinlatch::fuzz
