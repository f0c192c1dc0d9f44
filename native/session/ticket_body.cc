// See ticket_body.h. Numbers are big-endian; texts and lists have their length in front.
#include "session/ticket_body.h"

#include <mbedtls/platform_util.h>

#include <algorithm>
#include <concepts>

namespace pinlatch::tls {
namespace {

using snapshot::ClientAuth;
using snapshot::TlsVersion;

constexpr uint8_t kFormat = 1;
constexpr size_t kMostText = 256;

class Writer {
 public:
  explicit Writer(std::vector<uint8_t>& into) : into_(into) {}

  template <std::integral T>
  void Number(T value) {
    const auto bits = static_cast<std::make_unsigned_t<T>>(value);
    for (size_t i = sizeof(T); i-- > 0;) into_.push_back(static_cast<uint8_t>(bits >> (8 * i)));
  }
  void Bytes(ByteSpan bytes) {
    Number(static_cast<uint16_t>(bytes.size()));
    into_.insert(into_.end(), bytes.begin(), bytes.end());
  }

 private:
  std::vector<uint8_t>& into_;
};

// Reader remembers that it failed; what it reads from then on is empty.
class Reader {
 public:
  explicit Reader(ByteSpan from) : left_(from) {}

  template <std::integral T>
  T Number() {
    std::make_unsigned_t<T> bits = 0;
    for (const uint8_t byte : Take(sizeof(T))) {
      bits = static_cast<std::make_unsigned_t<T>>(uint64_t{bits} << 8 | byte);
    }
    return static_cast<T>(bits);
  }
  // Choice reads a number below `count` as an enumeration.
  template <typename T>
  T Choice(uint8_t count) {
    const auto number = Number<uint8_t>();
    if (number >= count) Fail();
    return failed_ ? T{} : static_cast<T>(number);
  }
  ByteSpan Bytes(size_t most) {
    const size_t size = Number<uint16_t>();
    if (size > most) Fail();
    return Take(size);
  }
  std::string Text() { return std::string(AsText(Bytes(kMostText))); }

  void Fail() {
    failed_ = true;
    left_ = {};
  }
  bool failed() const { return failed_; }
  bool Finished() const { return !failed_ && left_.empty(); }

 private:
  ByteSpan Take(size_t size) {
    if (failed_ || size > left_.size()) {
      Fail();
      return {};
    }
    const ByteSpan taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }

  ByteSpan left_;
  bool failed_ = false;
};

bool IsWithinBounds(const TicketBody& ticket) {
  size_t chain = 0;
  for (const auto& certificate : ticket.chain) chain += certificate.size();
  return chain <= kMostTicketChain && ticket.chain.size() <= kMostTicketCertificates &&
         ticket.listener.size() <= kMostText && ticket.server_name.size() <= kMostText &&
         ticket.trust.size() <= kMostText && ticket.secret.size > 0 &&
         ticket.secret.size <= ticket.secret.bytes.size();
}

void ReadSecret(Reader& reader, TicketSecret& into) {
  const ByteSpan secret = reader.Bytes(into.bytes.size());
  if (secret.empty()) reader.Fail();
  std::copy(secret.begin(), secret.end(), into.bytes.begin());
  into.size = static_cast<uint8_t>(secret.size());
}

void ReadChain(Reader& reader, std::vector<std::vector<uint8_t>>& into) {
  into.clear();
  const size_t count = reader.Number<uint8_t>();
  if (count > kMostTicketCertificates) reader.Fail();
  size_t room = kMostTicketChain;
  for (size_t i = 0; i < count && !reader.failed(); ++i) {
    const ByteSpan certificate = reader.Bytes(room);
    room -= certificate.size();
    into.emplace_back(certificate.begin(), certificate.end());
  }
}

}  // namespace

TicketSecret::~TicketSecret() { mbedtls_platform_zeroize(bytes.data(), bytes.size()); }

bool Fits(const TicketBody& ticket, const TicketUse& use) {
  const TrustContext& context = use.context;
  const bool is_for_this =
      ticket.version == use.version && ticket.listener == use.listener &&
      ticket.server_name == use.server_name && ticket.client_auth == context.client_auth &&
      ticket.trust == context.trust && ticket.trust_generation == context.bundle->generation() &&
      ticket.publication == use.publication;
  const bool is_fresh =
      use.now >= ticket.authenticated_at && use.now - ticket.authenticated_at < use.lifetime;
  // A client without a certificate has no verdict that could end.
  const bool is_accepted =
      ticket.chain.empty() ? context.client_auth != ClientAuth::kRequired
                           : use.now >= ticket.accepted_from && use.now <= ticket.accepted_until;
  return is_for_this && is_fresh && is_accepted;
}

bool EncodeTicketBody(const TicketBody& ticket, std::vector<uint8_t>& into) {
  if (!IsWithinBounds(ticket)) return false;
  Writer writer(into);
  writer.Number(kFormat);
  writer.Number(static_cast<uint8_t>(ticket.version));
  writer.Number(ticket.cipher_suite);
  writer.Number(ticket.max_fragment);
  writer.Number(ticket.key_exchanges);
  writer.Number(ticket.age_add);
  writer.Number(ticket.created_ms);
  writer.Bytes(ticket.secret.span());
  writer.Bytes(AsBytes(ticket.listener));
  writer.Bytes(AsBytes(ticket.server_name));
  writer.Bytes(AsBytes(ticket.trust));
  writer.Number(ticket.trust_generation);
  writer.Number(ticket.publication);
  writer.Number(static_cast<uint8_t>(ticket.client_auth));
  writer.Number(static_cast<int64_t>(ticket.authenticated_at));
  writer.Number(static_cast<int64_t>(ticket.accepted_from));
  writer.Number(static_cast<int64_t>(ticket.accepted_until));
  writer.Number(static_cast<uint8_t>(ticket.chain.size()));
  for (const auto& certificate : ticket.chain) writer.Bytes(certificate);
  return true;
}

bool DecodeTicketBody(ByteSpan encoded, TicketBody& into) {
  Reader reader(encoded);
  if (reader.Number<uint8_t>() != kFormat) return false;
  into.version = reader.Choice<TlsVersion>(2);
  into.cipher_suite = reader.Number<uint16_t>();
  into.max_fragment = reader.Number<uint8_t>();
  into.key_exchanges = reader.Number<uint8_t>();
  into.age_add = reader.Number<uint32_t>();
  into.created_ms = reader.Number<int64_t>();
  ReadSecret(reader, into.secret);
  into.listener = reader.Text();
  into.server_name = reader.Text();
  into.trust = reader.Text();
  into.trust_generation = reader.Number<uint64_t>();
  into.publication = reader.Number<uint64_t>();
  into.client_auth = reader.Choice<ClientAuth>(3);
  into.authenticated_at = reader.Number<int64_t>();
  into.accepted_from = reader.Number<int64_t>();
  into.accepted_until = reader.Number<int64_t>();
  ReadChain(reader, into.chain);
  return reader.Finished();
}

}  // namespace pinlatch::tls
