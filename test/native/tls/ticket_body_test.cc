// Covers what a ticket says, how it is written and read, and what it is good for.
#include "session/ticket_body.h"

#include <doctest/doctest.h>

#include "tls/certificate_maker.h"
#include "trust/trust_bundle.h"

namespace pinlatch::test {
namespace {

using snapshot::ClientAuth;
using snapshot::TlsVersion;
using tls::DecodeTicketBody;
using tls::EncodeTicketBody;
using tls::TicketBody;

void Fill(TicketBody& ticket) {
  ticket.version = TlsVersion::kTls13;
  ticket.cipher_suite = 0x1301;
  ticket.max_fragment = 2;
  ticket.key_exchanges = 4;
  ticket.age_add = 0xF1E2D3C4;
  ticket.created_ms = int64_t{1} << 40;
  ticket.secret.size = 32;
  for (size_t i = 0; i < 32; ++i) ticket.secret.bytes[i] = static_cast<uint8_t>(200 + i);
  ticket.listener = "edge";
  ticket.server_name = "api.local";
  ticket.trust = "devices";
  ticket.trust_generation = uint64_t{1} << 50;
  ticket.publication = 77;
  ticket.client_auth = ClientAuth::kOptional;
  ticket.chain = {{1, 2, 3}, {}, std::vector<uint8_t>(300, 7)};
  ticket.authenticated_at = kNow;
  ticket.accepted_from = kNow - 1;
  ticket.accepted_until = kNow + 100;
}

std::vector<uint8_t> Encoded(const TicketBody& ticket) {
  std::vector<uint8_t> encoded;
  CHECK(EncodeTicketBody(ticket, encoded));
  return encoded;
}

TEST_CASE("a ticket is read as it was written") {
  TicketBody written;
  Fill(written);
  TicketBody read;
  REQUIRE(DecodeTicketBody(Encoded(written), read));
  CHECK(read.version == written.version);
  CHECK(read.cipher_suite == written.cipher_suite);
  CHECK(read.max_fragment == written.max_fragment);
  CHECK(read.key_exchanges == written.key_exchanges);
  CHECK(read.age_add == written.age_add);
  CHECK(read.created_ms == written.created_ms);
  CHECK(read.secret.size == 32);
  CHECK(read.secret.bytes == written.secret.bytes);
  CHECK(read.listener == written.listener);
  CHECK(read.server_name == written.server_name);
  CHECK(read.trust == written.trust);
  CHECK(read.trust_generation == written.trust_generation);
  CHECK(read.publication == written.publication);
  CHECK(read.client_auth == written.client_auth);
  CHECK(read.chain == written.chain);
  CHECK(read.authenticated_at == written.authenticated_at);
  CHECK(read.accepted_from == written.accepted_from);
  CHECK(read.accepted_until == written.accepted_until);
  CHECK(Encoded(read) == Encoded(written));
}

TEST_CASE("a ticket that is cut anywhere, or too long, is none") {
  TicketBody ticket;
  Fill(ticket);
  std::vector<uint8_t> encoded = Encoded(ticket);
  TicketBody read;
  for (size_t size = 0; size < encoded.size(); ++size) {
    CHECK_FALSE(DecodeTicketBody(ByteSpan(encoded).first(size), read));
  }
  encoded.push_back(0);
  CHECK_FALSE(DecodeTicketBody(encoded, read));
}

TEST_CASE("a ticket of another format, version or client authentication is none") {
  TicketBody ticket;
  Fill(ticket);
  const std::vector<uint8_t> encoded = Encoded(ticket);
  TicketBody read;
  for (const size_t place : {size_t{0}, size_t{1}}) {
    std::vector<uint8_t> other = encoded;
    other[place] = 2;
    CHECK_FALSE(DecodeTicketBody(other, read));
  }
  ticket.client_auth = static_cast<ClientAuth>(3);
  CHECK_FALSE(DecodeTicketBody(Encoded(ticket), read));
}

TEST_CASE("what is out of bounds is not written") {
  std::vector<uint8_t> into;
  const auto written = [&](auto spoil) {
    TicketBody ticket;
    Fill(ticket);
    spoil(ticket);
    return EncodeTicketBody(ticket, into);
  };
  CHECK(written([](TicketBody& it) { it.chain = {std::vector<uint8_t>(tls::kMostTicketChain)}; }));
  CHECK(into.size() < tls::kMostTicketBody);
  CHECK(into.capacity() > 0);
  CHECK_FALSE(written([](TicketBody& it) {
    it.chain = {std::vector<uint8_t>(tls::kMostTicketChain), {1}};
  }));
  CHECK_FALSE(written([](TicketBody& it) { it.chain.resize(tls::kMostTicketCertificates + 1); }));
  CHECK_FALSE(written([](TicketBody& it) { it.secret.size = 0; }));
  CHECK_FALSE(written([](TicketBody& it) { it.secret.size = 49; }));
  CHECK_FALSE(written([](TicketBody& it) { it.listener.assign(257, 'a'); }));
  CHECK_FALSE(written([](TicketBody& it) { it.server_name.assign(257, 'a'); }));
  CHECK_FALSE(written([](TicketBody& it) { it.trust.assign(257, 'a'); }));
}

TEST_CASE("a ticket is good for what it was issued for, and while its verdict holds") {
  const Folder folder;
  const Identity ca = Authority("devices");
  snapshot::Trust trust;
  trust.name = "devices";
  trust.ca.push_back({folder.Write("ca.crt", ca.Pem(), 0644), {ca.Sha256()}});
  const auto bundle = *tls::TrustBundle::Load(trust, kNow);
  const auto reloaded = *tls::TrustBundle::Load(trust, kNow);
  const tls::TrustContext context{"devices", bundle, ClientAuth::kOptional, TlsVersion::kTls12, {}};
  const tls::TrustContext after_reload{
      "devices", reloaded, ClientAuth::kOptional, TlsVersion::kTls12, {}};
  const tls::TrustContext renamed{"staff", bundle, ClientAuth::kOptional, TlsVersion::kTls12, {}};
  const tls::TrustContext stricter{
      "devices", bundle, ClientAuth::kRequired, TlsVersion::kTls12, {}};

  const auto fits = [&](auto change, const tls::TrustContext& of, UnixSeconds now,
                        std::string_view listener = "edge", std::string_view name = "api.local",
                        TlsVersion version = TlsVersion::kTls13) {
    TicketBody ticket;
    Fill(ticket);
    ticket.trust_generation = bundle->generation();
    change(ticket);
    return Fits(ticket, {listener, name, of, version, now, 50, 77});
  };
  const auto as_it_is = [](TicketBody&) {};
  CHECK(fits(as_it_is, context, kNow));
  CHECK(fits(as_it_is, context, kNow + 49));
  CHECK_FALSE(fits([](TicketBody& ticket) { ticket.publication = 76; }, context, kNow));
  CHECK_FALSE(fits(as_it_is, context, kNow + 50));  // the lifetime
  CHECK_FALSE(fits(as_it_is, context, kNow - 1));   // a clock that went back
  CHECK_FALSE(fits(as_it_is, context, kNow, "inner"));
  CHECK_FALSE(fits(as_it_is, context, kNow, "edge", "www.local"));
  CHECK_FALSE(fits(as_it_is, context, kNow, "edge", ""));
  CHECK_FALSE(fits(as_it_is, context, kNow, "edge", "api.local", TlsVersion::kTls12));
  CHECK_FALSE(fits(as_it_is, after_reload, kNow));
  CHECK_FALSE(fits(as_it_is, renamed, kNow));
  CHECK_FALSE(fits(as_it_is, stricter, kNow));
  const auto until = [](UnixSeconds last) {
    return [last](TicketBody& ticket) { ticket.accepted_until = last; };
  };
  CHECK(fits(until(kNow + 5), context, kNow + 5));
  CHECK_FALSE(fits(until(kNow + 5), context, kNow + 6));
  const auto from = [](TicketBody& ticket) { ticket.accepted_from = kNow + 5; };
  CHECK_FALSE(fits(from, context, kNow + 4));
  CHECK(fits(from, context, kNow + 5));
  // Nobody's ticket has no verdict to end, and is of no use where a certificate is required.
  const auto nobody = [](TicketBody& ticket) {
    ticket.chain.clear();
    ticket.accepted_until = 0;
  };
  CHECK(fits(nobody, context, kNow));
  CHECK_FALSE(fits(
      [&](TicketBody& ticket) {
        nobody(ticket);
        ticket.client_auth = ClientAuth::kRequired;
      },
      stricter, kNow));
}

}  // namespace
}  // namespace pinlatch::test
