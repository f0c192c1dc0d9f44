// Reads definite-length DER only. Every length is compared with what is left before anything is cut
// off.
#include "der/der_reader.h"

#include <string_view>

namespace pinlatch::tls {
namespace {

struct Header {
  size_t size = 0;  // of tag and length
  size_t length = 0;
};

std::optional<Header> ReadHeader(ByteSpan bytes) {
  if (bytes.size() < 2 || (bytes[0] & 0x1f) == 0x1f) return std::nullopt;
  if (bytes[1] < 0x80) return Header{2, bytes[1]};
  const size_t count = bytes[1] & 0x7f;
  if (count == 0 || count > 4 || bytes.size() < 2 + count || bytes[2] == 0) return std::nullopt;
  uint64_t length = 0;
  for (size_t i = 0; i < count; ++i) length = length << 8 | bytes[2 + i];
  if (length < 0x80 || length > bytes.size()) return std::nullopt;
  return Header{2 + count, static_cast<size_t>(length)};
}

// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (years begin in March, so that
// leap days are last).
int64_t DaysFromEpoch(int year, int month, int day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = y / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

std::optional<int> TwoDigits(std::string_view text, size_t at) {
  const unsigned high = static_cast<unsigned char>(text[at]) - unsigned{'0'};
  const unsigned low = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
  if (high > 9 || low > 9) return std::nullopt;
  return static_cast<int>(high * 10 + low);
}

// The fields after the year: MMDDHHMMSSZ.
std::optional<UnixSeconds> ReadTimeFields(int year, std::string_view fields) {
  if (fields.size() != 11 || fields[10] != 'Z') return std::nullopt;
  int value[5];
  for (size_t i = 0; i < 5; ++i) {
    const std::optional<int> digits = TwoDigits(fields, 2 * i);
    if (!digits) return std::nullopt;
    value[i] = *digits;
  }
  const auto [month, day, hour, minute, second] = value;
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return DaysFromEpoch(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

// The first nine bits of a number are not all alike, or it could do without the first eight.
bool IsPadded(ByteSpan integer) {
  if (integer.size() < 2) return false;
  return integer[0] == (integer[1] < 0x80 ? 0x00 : 0xff);
}

// The first byte counts the unused bits of the last one, which are zero.
bool IsBitString(ByteSpan content) {
  if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0] != 0)) return false;
  return (content.back() & ((1U << content[0]) - 1)) == 0 || content.size() == 1;
}

std::optional<UnixSeconds> ReadTime(uint8_t tag, std::string_view text) {
  const size_t year_digits = tag == der::kUtcTime ? 2 : 4;
  if (text.size() != year_digits + 11) return std::nullopt;
  const std::optional<int> first = TwoDigits(text, 0);
  if (!first) return std::nullopt;
  int year = *first;
  if (tag == der::kUtcTime) {
    year += year < 50 ? 2000 : 1900;
  } else {
    const std::optional<int> second = TwoDigits(text, 2);
    if (!second) return std::nullopt;
    year = year * 100 + *second;
  }
  return ReadTimeFields(year, text.substr(year_digits));
}

}  // namespace

bool IsOid(ByteSpan content) {
  bool begins_arc = true;
  for (const uint8_t byte : content) {
    if (begins_arc && byte == 0x80) return false;
    begins_arc = byte < 0x80;
  }
  return begins_arc && !content.empty();
}

DerReader::Element DerReader::Next() {
  if (!ok_) return {};
  const std::optional<Header> header = ReadHeader(rest_);
  if (!header || rest_.size() - header->size < header->length) return FailedElement();
  const ByteSpan whole = rest_.first(header->size + header->length);
  rest_ = rest_.subspan(whole.size());
  return {whole.front(), whole.subspan(header->size), whole};
}

DerReader::Element DerReader::Expect(uint8_t tag) {
  if (!NextIs(tag)) return FailedElement();
  return Next();
}

DerReader DerReader::Enter(uint8_t tag) {
  DerReader inner(Take(tag));
  inner.ok_ = ok_;
  return inner;
}

std::optional<ByteSpan> DerReader::TakeOptional(uint8_t tag) {
  if (!NextIs(tag)) return std::nullopt;
  const ByteSpan content = Next().content;
  if (!ok_) return std::nullopt;
  return content;
}

bool DerReader::TakeBoolean() {
  return NextIs(der::kBoolean) ? TakeDefaultFalse() : FailedElement().tag != 0;
}

bool DerReader::TakeDefaultFalse(uint8_t tag) {
  const std::optional<ByteSpan> content = TakeOptional(tag);
  if (!content) return false;
  if (content->size() != 1 || (content->front() != 0x00 && content->front() != 0xff)) {
    ok_ = false;
    return false;
  }
  return content->front() == 0xff;
}

ByteSpan DerReader::TakeInteger(uint8_t tag) {
  const ByteSpan content = Take(tag);
  if (content.empty() || IsPadded(content)) return FailedElement().content;
  return content;
}

uint32_t DerReader::TakeSmall(uint32_t most, uint8_t tag) {
  ByteSpan content = TakeInteger(tag);
  if (!ok_ || content.front() >= 0x80 || content.size() > 5) {
    ok_ = false;
    return 0;
  }
  uint64_t value = 0;
  for (const uint8_t byte : content) value = value << 8 | byte;
  if (value > most) {
    ok_ = false;
    return 0;
  }
  return static_cast<uint32_t>(value);
}

UnixSeconds DerReader::TakeTime() {
  if (!NextIsTime()) return FailedElement().tag;
  const Element element = Next();
  const std::optional<UnixSeconds> time = ReadTime(element.tag, AsText(element.content));
  if (!ok_ || !time) return FailedElement().tag;
  return *time;
}

ByteSpan DerReader::TakeBits(uint8_t tag) {
  const ByteSpan content = Take(tag);
  return IsBitString(content) ? content.subspan(1) : FailedElement().content;
}

ByteSpan DerReader::TakeNamedBits(uint8_t tag) {
  const ByteSpan content = Take(tag);
  if (!IsBitString(content)) return FailedElement().content;
  const bool ends_with_one = content.size() == 1 || (content.back() >> content[0] & 1) != 0;
  return ends_with_one ? content.subspan(1) : FailedElement().content;
}

ByteSpan DerReader::TakeOid(uint8_t tag) {
  const ByteSpan content = Take(tag);
  return IsOid(content) ? content : FailedElement().content;
}

ByteSpan DerReader::TakeOctetBits() {
  const ByteSpan content = Take(der::kBitString);
  if (content.empty() || content[0] != 0) return FailedElement().content;
  return content.subspan(1);
}

}  // namespace pinlatch::tls
