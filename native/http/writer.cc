// Owns the writing of heads.
#include "http/writer.h"

#include <array>
#include <cassert>
#include <charconv>

#include "http/chars.h"

namespace pinlatch::http {
namespace {

// Writer fills bytes that were reserved once, so that a line costs one look at the buffer.
class Writer {
 public:
  Writer(ByteBuffer& out, size_t size) : out_(out), start_(out.Reserve(size).data()), at_(start_) {}
  ~Writer() { out_.Commit(static_cast<size_t>(at_ - start_)); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& Put(std::string_view text) {
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  Writer& Put(char c) {
    *at_++ = static_cast<uint8_t>(c);
    return *this;
  }

 private:
  ByteBuffer& out_;
  uint8_t* start_;
  uint8_t* at_;
};

void PutValue(Writer& writer, std::string_view value) {
  while (true) {
    const size_t clean = SkipText(value, 0);
    writer.Put(value.substr(0, clean));
    if (clean == value.size()) return;
    writer.Put(' ');
    value.remove_prefix(clean + 1);
  }
}

void AppendLine(ByteBuffer& out, std::string_view name, std::string_view value) {
  Writer writer(out, name.size() + value.size() + 4);
  writer.Put(name).Put(": ");
  PutValue(writer, value);
  writer.Put("\r\n");
}

struct Phrase {
  uint16_t status;
  std::string_view text;
};

constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
};

}  // namespace

std::string_view ReasonPhrase(uint16_t status) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.text;
  }
  return {};
}

void AppendStatusLine(ByteBuffer& out, uint16_t status) {
  assert(status >= 100 && status <= 999);
  const std::string_view phrase = ReasonPhrase(status);
  // RFC 9112 section 4: the space stays when the reason is empty.
  Writer(out, phrase.size() + 15)
      .Put("HTTP/1.1 ")
      .Put(static_cast<char>('0' + status / 100))
      .Put(static_cast<char>('0' + status / 10 % 10))
      .Put(static_cast<char>('0' + status % 10))
      .Put(' ')
      .Put(phrase)
      .Put("\r\n");
}

void AppendRequestLine(ByteBuffer& out, std::string_view method, std::string_view prefix,
                       std::string_view path, std::string_view query, bool has_query) {
  assert(All(kTokenChar, method));
  assert(prefix.empty() || All(kTargetChar, prefix));
  assert(path.empty() ? !prefix.empty() : All(kTargetChar, path));
  assert(query.empty() || (has_query && All(kTargetChar, query)));
  Writer writer(out, method.size() + prefix.size() + path.size() + query.size() + 13);
  writer.Put(method).Put(' ').Put(prefix).Put(path);
  if (has_query) writer.Put('?').Put(query);
  writer.Put(" HTTP/1.1\r\n");
}

void AppendField(ByteBuffer& out, FieldName name, std::string_view value) {
  AppendLine(out, name.text(), value);
}

void AppendField(ByteBuffer& out, FieldName name, uint64_t value) {
  std::array<char, 20> room;
  const auto end = std::to_chars(room.data(), room.data() + room.size(), value);
  const std::string_view digits(room.data(), static_cast<size_t>(end.ptr - room.data()));
  Writer(out, name.text().size() + digits.size() + 4)
      .Put(name.text())
      .Put(": ")
      .Put(digits)
      .Put("\r\n");
}

void AppendGivenField(ByteBuffer& out, std::string_view name, std::string_view value) {
  assert(All(kTokenChar, name));
  AppendLine(out, name, value);
}

void AppendEndOfHead(ByteBuffer& out) { out.Append(std::string_view("\r\n")); }

}  // namespace pinlatch::http
