// See denial_ring.h.
#include "telemetry/denial_ring.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "base/seed.h"

namespace pinlatch::telemetry {
namespace {

// What is each kind's for certain, in eighths: the gateway's own lines have no ids that peers know.
constexpr std::array<size_t, kLineAbouts> kShares = {0, 3, 2, 1, 2};

// PlainAddress is the text of an IPv4 or IPv6 address as lines have it; "" for anything else.
std::string PlainAddress(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string copy(text);
  const int family = copy.find(':') == std::string::npos ? AF_INET : AF_INET6;
  std::array<uint8_t, 16> octets{};
  std::array<char, INET6_ADDRSTRLEN> plain{};
  if (copy.find('\0') != std::string::npos || inet_pton(family, copy.c_str(), octets.data()) != 1 ||
      inet_ntop(family, octets.data(), plain.data(), plain.size()) == nullptr) {
    return {};
  }
  return plain.data();
}

}  // namespace

DenialRing::DenialRing(size_t bound) : bound_(bound), seed_(RandomSeed()) {}

size_t DenialRing::SizeOf(const Entry& entry) {
  constexpr size_t kAround = 48;  // what the allocator adds to the two texts
  return sizeof(Entry) + entry.id.size() + entry.line.size() + kAround;
}

void DenialRing::Add(const LineOrigin& origin, std::string_view id, std::string_view line) {
  const std::lock_guard lock(mutex_);
  const uint32_t slot = TakeSlot();
  Entry& entry = entries_[slot];
  entry.id = id;
  entry.line = line;
  entry.number = ++added_;
  entry.next = kNone;
  Part& part = parts_[static_cast<size_t>(origin.about)];
  Source& source = part.sources[Mix(seed_ ^ origin.source) % kSources];
  (source.oldest == kNone ? source.oldest : entries_[source.newest].next) = slot;
  source.newest = slot;
  const size_t size = SizeOf(entry);
  source.bytes += size;
  part.bytes += size;
  bytes_ += size;
  while (bytes_ > bound_) MakeRoom();
}

uint32_t DenialRing::TakeSlot() {
  if (spare_ == kNone) {
    entries_.emplace_back();
    return static_cast<uint32_t>(entries_.size() - 1);
  }
  return std::exchange(spare_, entries_[spare_].next);
}

void DenialRing::MakeRoom() {
  const auto beyond = [this](size_t about) {
    return static_cast<ptrdiff_t>(parts_[about].bytes) -
           static_cast<ptrdiff_t>(bound_ / 8 * kShares[about]);
  };
  size_t farthest = 0;
  for (size_t about = 1; about < kLineAbouts; ++about) {
    if (beyond(about) > beyond(farthest)) farthest = about;
  }
  DropOldest(parts_[farthest]);
}

void DenialRing::DropOldest(Part& part) {
  Source& source =
      *std::max_element(part.sources.begin(), part.sources.end(),
                        [](const Source& a, const Source& b) { return a.bytes < b.bytes; });
  const uint32_t slot = source.oldest;
  Entry& entry = entries_[slot];
  const size_t size = SizeOf(entry);
  source.bytes -= size;
  part.bytes -= size;
  bytes_ -= size;
  source.oldest = entry.next;
  entry = Entry();  // its memory goes, too: texts differ much in length
  entry.next = std::exchange(spare_, slot);
}

std::vector<std::string> DenialRing::Find(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  std::vector<const Entry*> found;
  const auto collect = [&](std::string_view id) {
    for (const Entry& entry : entries_) {
      if (entry.number != 0 && entry.id == id) found.push_back(&entry);
    }
  };
  collect(key);
  if (found.empty()) {
    if (const Entry* newest = NewestFrom(key)) collect(newest->id);
  }
  std::sort(found.begin(), found.end(),
            [](const Entry* a, const Entry* b) { return a->number < b->number; });
  std::vector<std::string> lines;
  for (const Entry* entry : found) lines.push_back(entry->line);
  return lines;
}

// Quotes inside a text are escaped, so that what is looked for stands in a line only where it is a
// member. A line that sums connections up has an address without a port.
const DenialRing::Entry* DenialRing::NewestFrom(std::string_view address) const {
  constexpr std::string_view kMember = "\"remote\":\"";
  const std::string plain = PlainAddress(address);
  const bool is_ipv6 = plain.find(':') != std::string::npos;
  std::string whole(kMember);
  whole.append(plain.empty() ? address : std::string_view(plain)).append("\"");
  std::string with_port(kMember);
  with_port.append(is_ipv6 ? "[" + plain + "]" : plain).append(":");
  const Entry* newest = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.number == 0 || (newest != nullptr && entry.number < newest->number)) continue;
    const bool is_of = entry.line.find(whole) != std::string::npos ||
                       (!plain.empty() && entry.line.find(with_port) != std::string::npos);
    if (is_of) newest = &entry;
  }
  return newest;
}

size_t DenialRing::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace pinlatch::telemetry
