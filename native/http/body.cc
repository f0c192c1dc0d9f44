// Owns the framing of bodies: the decoder of RFC 9112 section 7.1 and the chunk writers.
#include "http/body.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "http/chars.h"

namespace pinlatch::http {
namespace {

constexpr uint8_t kMaxSizeDigits = 16;

// Trailer fields that say where a message ends: behind one, what is taken for the end is in doubt,
// and so is what follows on the connection.
constexpr std::string_view kFraming[] = {"transfer-encoding", "content-length"};

// Others that no recipient may merge or act on late (RFC 9110 section 6.5.1): routing, request
// modifiers, authentication, content format, and what belongs to the connection.
constexpr std::string_view kOfHead[] = {
    "host",
    "content-encoding",
    "content-type",
    "content-range",
    "trailer",
    "connection",
    "keep-alive",
    "te",
    "upgrade",
    "proxy-connection",
    "expect",
    "authorization",
    "cookie",
    "set-cookie",
    "cache-control",
    "max-forwards",
    "range",
    "proxy-authorization",
    "proxy-authenticate",
    "www-authenticate",
};

bool Lists(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

BodyDecoder::BodyDecoder(Framing framing, uint64_t length, bool is_of_request)
    : framing_(framing),
      is_of_request_(is_of_request),
      done_(framing == Framing::kNone || (framing == Framing::kLength && length == 0)),
      remaining_(length) {}

Error BodyDecoder::Fail(const char* detail) {
  state_ = State::kFailed;
  return Error(ErrorCode::kMalformedBody, detail);
}

size_t BodyDecoder::TakePayload(size_t available, size_t max_payload) {
  const size_t room = std::min(available, max_payload);
  const size_t taken = static_cast<size_t>(std::min<uint64_t>(room, remaining_));
  remaining_ -= taken;
  return taken;
}

Result<BodyDecoder::Step> BodyDecoder::Decode(ByteSpan input, size_t max_payload) {
  if (state_ == State::kFailed) return Fail("the body is already known to be malformed");
  if (done_) return Step{};
  if (framing_ == Framing::kChunked) return DecodeChunked(input, max_payload);
  if (framing_ == Framing::kUntilClose) remaining_ = input.size();
  const size_t taken = TakePayload(input.size(), max_payload);
  if (framing_ == Framing::kLength) done_ = remaining_ == 0;
  return Step{taken, input.first(taken)};
}

Result<BodyDecoder::Step> BodyDecoder::DecodeChunked(ByteSpan input, size_t max_payload) {
  Step step;
  while (step.consumed < input.size() && !done_) {
    if (state_ != State::kData) {
      const char* problem = TakeFraming(static_cast<char>(input[step.consumed]));
      if (problem != nullptr) return Fail(problem);
      ++step.consumed;
      continue;
    }
    if (!step.payload.empty()) break;
    const ByteSpan rest = input.subspan(step.consumed);
    const size_t taken = TakePayload(rest.size(), max_payload);
    if (taken == 0) break;
    step.payload = rest.first(taken);
    step.consumed += taken;
    if (remaining_ == 0) state_ = State::kDataCr;
  }
  return step;
}

const char* BodyDecoder::TakeFraming(char c) {
  switch (state_) {
    case State::kSizeFirst:
    case State::kSize:
      return TakeSize(c);
    case State::kSizeLf:
      if (c != '\n') return "bare CR after a chunk size";
      state_ = remaining_ > 0 ? State::kData : State::kTrailerLine;
      return nullptr;
    case State::kDataCr:
      if (c != '\r') return "a chunk is longer than its size";
      state_ = State::kDataLf;
      return nullptr;
    case State::kDataLf:
      if (c != '\n') return "bare CR after chunk data";
      state_ = State::kSizeFirst;
      return nullptr;
    case State::kTrailerLine:
    case State::kTrailerName:
    case State::kTrailerValue:
    case State::kTrailerLf:
    case State::kLastLf:
      return TakeTrailer(c);
    default:
      return TakeExtension(c);
  }
}

const char* BodyDecoder::TakeSize(char c) {
  if (state_ == State::kSizeFirst) {
    size_digits_ = 0;
    chunk_extension_ = 0;
    remaining_ = 0;
  }
  if (Is(kHexDigit, c)) {
    if (++size_digits_ > kMaxSizeDigits) return "a chunk size has too many digits";
    remaining_ = remaining_ << 4 | HexValue(c);
    state_ = State::kSize;
    return nullptr;
  }
  if (state_ == State::kSizeFirst) return "a chunk does not start with its size";
  return EndSizeLine(c, State::kSizeSpace);
}

// EndSizeLine takes what may follow a size or a complete extension.
const char* BodyDecoder::EndSizeLine(char c, State if_space) {
  if (c == '\r') {
    // In a request white space stands before an extension only: a number with a tail may be read
    // as another one elsewhere.
    const bool is_behind_space = state_ == if_space;
    if (is_behind_space && is_of_request_) return "white space at the end of a chunk size line";
    state_ = State::kSizeLf;
    return nullptr;
  }
  if (c != ';' && !IsWhiteSpace(c)) {
    return "a chunk size is followed by neither an extension nor CRLF";
  }
  state_ = c == ';' ? State::kExtensionNameFirst : if_space;
  return nullptr;
}

// CountExtension bounds what stands behind sizes. With what a service fills its sizes up to a fixed
// width it does so in every chunk.
const char* BodyDecoder::CountExtension() {
  if (++chunk_extension_ > kMaxChunkExtension) return "the extension of a chunk is too long";
  if (state_ == State::kSizeSpace && !is_of_request_) return nullptr;
  if (++extensions_ > kMaxChunkExtensions) return "the chunk extensions of the body are too long";
  return nullptr;
}

// TakeExtension takes *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] ).
const char* BodyDecoder::TakeExtension(char c) {
  if (const char* problem = CountExtension()) return problem;
  switch (state_) {
    case State::kExtensionNameFirst:
      if (IsWhiteSpace(c)) return nullptr;
      if (!Is(kTokenChar, c)) return "a chunk extension has no name";
      state_ = State::kExtensionName;
      return nullptr;
    case State::kExtensionName:
      if (Is(kTokenChar, c)) return nullptr;
      [[fallthrough]];
    case State::kExtensionNameSpace:
      if (c != '=') return EndSizeLine(c, State::kExtensionNameSpace);
      state_ = State::kExtensionValueFirst;
      return nullptr;
    case State::kExtensionValueFirst:
      if (IsWhiteSpace(c)) return nullptr;
      if (c != '"' && !Is(kTokenChar, c)) return "a chunk extension has an empty value";
      state_ = c == '"' ? State::kExtensionQuoted : State::kExtensionToken;
      return nullptr;
    case State::kExtensionToken:
      return Is(kTokenChar, c) ? nullptr : EndSizeLine(c, State::kExtensionSpace);
    case State::kExtensionQuoted:
      if (c == '"') state_ = State::kExtensionAfterQuoted;
      if (c == '\\') state_ = State::kExtensionEscape;
      if (c == '"' || c == '\\' || Is(kQuotedChar, c)) return nullptr;
      return "a quoted chunk extension contains a character that is not allowed";
    case State::kExtensionEscape:
      if (!Is(kVisibleChar, c)) return "a quoted chunk extension escapes a character wrongly";
      state_ = State::kExtensionQuoted;
      return nullptr;
    case State::kSizeSpace:
      return EndSizeLine(c, State::kSizeSpace);
    default:  // kExtensionAfterQuoted, kExtensionSpace
      return EndSizeLine(c, State::kExtensionSpace);
  }
}

const char* BodyDecoder::TakeTrailer(char c) {
  if (++trailer_ > kMaxTrailer) return "the trailer section is too long";
  switch (state_) {
    case State::kTrailerLine:
      if (c == '\r') {
        state_ = State::kLastLf;
        return nullptr;
      }
      trailer_name_size_ = 0;
      state_ = State::kTrailerName;
      if (!Is(kTokenChar, c)) return "a trailer field does not start with a name";
      [[fallthrough]];
    case State::kTrailerName:
      if (c == ':') return EndTrailerName();
      if (!Is(kTokenChar, c)) return "a trailer field name is not a token followed by a colon";
      if (trailer_name_size_ < trailer_name_.size()) trailer_name_[trailer_name_size_++] = Lower(c);
      return nullptr;
    case State::kTrailerValue:
      if (c == '\r') state_ = State::kTrailerLf;
      if (IsControl(c) && c != '\t' && c != '\r') return "control character in a trailer field";
      return nullptr;
    case State::kTrailerLf:
      if (c != '\n') return "bare CR in a trailer field";
      state_ = State::kTrailerLine;
      return nullptr;
    default:  // kLastLf
      if (c != '\n') return "bare CR at the end of the body";
      done_ = true;
      return nullptr;
  }
}

const char* BodyDecoder::EndTrailerName() {
  // Spellings that gateways to CGI take for the same name count as the name (compare framing.cc).
  for (char& c : trailer_name_) {
    if (!IsDigit(c) && (c < 'a' || c > 'z')) c = '-';
  }
  const std::string_view name(trailer_name_.data(), trailer_name_size_);
  if (Lists(kFraming, name) || (is_of_request_ && Lists(kOfHead, name))) {
    return "a trailer field that is only allowed in the head";
  }
  state_ = State::kTrailerValue;
  return nullptr;
}

Status BodyDecoder::EndOfStream() {
  if (state_ == State::kFailed) return Fail("the body is already known to be malformed");
  if (framing_ == Framing::kUntilClose) done_ = true;
  if (!done_) return Fail("the stream ended before the body was complete");
  return {};
}

void AppendChunk(ByteBuffer& out, ByteSpan payload) {
  if (payload.empty()) return;
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), payload.size(), 16);
  const std::string_view size(digits.data(), static_cast<size_t>(end.ptr - digits.data()));
  out.Reserve(size.size() + payload.size() + 4);
  out.Append(size);
  out.Append(std::string_view("\r\n"));
  out.Append(payload);
  out.Append(std::string_view("\r\n"));
}

void AppendLastChunk(ByteBuffer& out) { out.Append(std::string_view("0\r\n\r\n")); }

}  // namespace pinlatch::http
