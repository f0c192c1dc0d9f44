// Owns what a connection says before TLS: the PROXY header of a proxy that is trusted with one, and
// a protocol's request for TLS (STARTTLS). Pure over the bytes that it is shown; one a connection,
// gone once TLS begins.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "proxy_protocol/header.h"
#include "snapshot/front.h"

namespace pinlatch::proxy {

class Preamble {
 public:
  // IsNeeded says whether connections from `peer` have one on this listener.
  static bool IsNeeded(const snapshot::Front& front, ByteSpan peer);
  Preamble(const snapshot::Front& front, ByteSpan peer);

  // Step is what one look at the received bytes came to.
  struct Step {
    enum class Then : uint8_t { kNeedMore, kGoOn, kTls } then = Then::kNeedMore;
    size_t consumed = 0;        // of the front of them
    std::string_view answer{};  // to be sent at once; static
  };
  // Advance reads one message. Errors: kProxyHeader, kStartTls.
  Result<Step> Advance(ByteSpan received);

  // awaits_header says that the proxy has yet to say for whom it comes.
  bool awaits_header() const { return awaits_header_; }
  // client is who the proxy in front speaks for; nullptr when it does not say.
  const proxy_protocol::Endpoint* client() const {
    return header_.kind == proxy_protocol::Header::Kind::kAddress ? &header_.source : nullptr;
  }

 private:
  Result<Step> ReadProxyHeader(ByteSpan received);
  Result<Step> ReadPostgresql(ByteSpan received);

  proxy_protocol::Header header_;
  bool awaits_header_;
  const snapshot::StartTls start_tls_;
  bool refused_gss_ = false;
};

}  // namespace pinlatch::proxy
