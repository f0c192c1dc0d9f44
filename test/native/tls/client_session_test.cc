// Covers TLS to upstreams: who gets a request, what the other side is told, what moves afterwards.
// The other side is a server session of our own.
#include "session/client_session.h"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>

#include "identity/describe.h"
#include "tls/handshake_bench.h"

namespace pinlatch::test {
namespace {

using snapshot::TlsVersion;
using tls::SessionProgress;

// OneFingerprint admits one certificate, or any.
struct OneFingerprint final : tls::ServerCheck {
  Result<UnixSeconds> Admits(const identity::PeerIdentity& certificate,
                             UnixSeconds /*now*/) const override {
    if (!only.has_value() || certificate.sha256 == *only) return until;
    return Error(ErrorCode::kUpstreamNotPinned, "another one");
  }
  std::optional<identity::Sha256> only;
  UnixSeconds until = std::numeric_limits<UnixSeconds>::max();
};

struct Wanted {
  tls::ServerIdentity server{"localhost", false};
  TlsVersion version = TlsVersion::kTls13;
  bool trusts = true;           // the authority of the server
  bool has_certificate = true;  // to show
  const char* protocol = "http/1.1";
  std::optional<identity::Sha256> only{};
};

// Link is a client session and the server that it talks to.
struct Link {
  explicit Link(const Site& the_site, Wanted wanted = {})
      : site(the_site), server_id(wanted.server) {
    check.only = wanted.only;
    snapshot::Trust trust;
    trust.name = "services";
    const Identity& ca = wanted.trusts ? site.server_ca : site.client_ca;
    trust.ca.push_back({folder.Write("ca.crt", ca.Pem(), 0644), {ca.Sha256()}});
    auto bundle = tls::TrustBundle::Load(trust, kNow);
    REQUIRE(bundle.ok());
    auto made = tls::ClientContext::Create(
        wanted.version, *bundle, wanted.has_certificate ? Own() : nullptr, wanted.protocol);
    REQUIRE(made.ok());
    context = *made;
    auto session = tls::ClientSession::Create(*context, server_id, check, client_end);
    REQUIRE(session.ok());
    client = std::move(session).value();
    auto accepted = tls::ServerSession::Create(*site.context, server_end, verdicts, nullptr);
    REQUIRE(accepted.ok());
    server = std::move(accepted).value();
  }

  std::shared_ptr<const tls::Credential> Own() {
    const Identity own = Make(ClientTemplate("CN=gateway"), &site.client_ca);
    snapshot::Certificate certificate;
    certificate.chain = {folder.Write("own.crt", own.Pem(), 0644), {own.Sha256()}};
    certificate.key.path = folder.Write("own.key", own.key->Pem());
    auto credential = tls::Credential::Load(certificate, tls::Purpose::kClientAuth);
    REQUIRE_MESSAGE(credential.ok(), credential.error().detail);
    return *credential;
  }

  void Shake() {
    for (int round = 0; round < 20; ++round) {
      client_progress = client->Handshake(kNow);
      server_progress = server->Handshake(kNow);
    }
  }

  const Site& site;
  const tls::ServerIdentity server_id;
  Folder folder;
  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end{to_server, to_client};
  MemoryStream client_end{to_client, to_server};
  tls::VerdictCache verdicts;
  OneFingerprint check;
  std::shared_ptr<const tls::ClientContext> context;
  std::optional<tls::ClientSession> client;
  std::optional<tls::ServerSession> server;
  SessionProgress client_progress = SessionProgress::kWantRead;
  SessionProgress server_progress = SessionProgress::kWantRead;
};

std::string ReadAll(tls::ClientSession& session, Transfer::Kind& last) {
  std::string text;
  uint8_t bytes[64];
  while (true) {
    const Transfer transfer = session.Read(bytes);
    last = transfer.kind;
    if (transfer.kind != Transfer::Kind::kMoved) return text;
    text.append(AsText(ByteSpan(bytes, transfer.count)));
  }
}

// CheckRefused checks why the client refused and what it told, and that its own certificate was not
// shown.
void CheckRefused(Link& link, ErrorCode code, int alert) {
  link.Shake();
  CHECK(link.client_progress == SessionProgress::kFailed);
  CHECK_MESSAGE(link.client->error().code == code, link.client->error().detail);
  CHECK(link.server_progress == SessionProgress::kFailed);
  CHECK(link.server->received_alert() == alert);
  CHECK(link.server->peer() == nullptr);
  uint8_t byte = 0;
  CHECK(link.client->Write({&byte, 1}).kind == Transfer::Kind::kFailed);
  CHECK(link.client->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
}

}  // namespace

TEST_CASE("an upstream that is who it should be is talked to, both ways") {
  for (const auto server_version : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    const Site site({.min_version = server_version});
    Link link(site, {.version = server_version});
    link.Shake();
    REQUIRE_MESSAGE(link.client_progress == SessionProgress::kDone, link.client->error().detail);
    REQUIRE_MESSAGE(link.server_progress == SessionProgress::kDone, link.server->error().detail);
    REQUIRE(link.server->peer() != nullptr);
    CHECK(link.server->peer()->subject == "CN=gateway");
    CHECK(link.server->facts().server_name == "localhost");
    CHECK(link.client->protocol() == "http/1.1");
    CHECK(link.client->valid_until() == kNow + kDay);
    REQUIRE(link.client->Write(AsBytes("ping")).kind == Transfer::Kind::kMoved);
    uint8_t bytes[8];
    const Transfer got = link.server->Read(bytes);
    CHECK(AsText(ByteSpan(bytes, got.count)) == "ping");
    link.client->Rest();
    REQUIRE(link.server->Write(AsBytes("pong")).kind == Transfer::Kind::kMoved);
    link.server->Close();
    Transfer::Kind last{};
    CHECK(ReadAll(*link.client, last) == "pong");
    CHECK(last == Transfer::Kind::kEnd);
  }
}

TEST_CASE("the end of the stream without a farewell is no end") {
  const Site site;
  Link link(site);
  link.Shake();
  REQUIRE(link.server->Write(AsBytes("half")).kind == Transfer::Kind::kMoved);
  link.to_client.ended = true;
  Transfer::Kind last{};
  CHECK(ReadAll(*link.client, last) == "half");
  CHECK(last == Transfer::Kind::kFailed);
  CHECK(link.client->error().detail == "closed without a TLS close_notify");
}

TEST_CASE("an upstream of another authority is told so and gets nothing") {
  const Site site;
  Link link(site, {.trusts = false});
  CheckRefused(link, ErrorCode::kUpstreamUntrusted, 48);
}

TEST_CASE("an upstream of another name is told so and gets nothing") {
  const Site site;
  Link link(site, {.server = {"other.local", false}});
  CheckRefused(link, ErrorCode::kUpstreamWrongName, 46);
  CHECK(link.client->error().detail == "the certificate is for localhost, not for other.local");
}

TEST_CASE("an upstream that is not pinned is told so and gets nothing") {
  const Site site;
  Link link(site, {.only = identity::Sha256{}});
  CheckRefused(link, ErrorCode::kUpstreamNotPinned, 46);
}

TEST_CASE("an upstream that refuses the gateway is quoted") {
  const Site site({.min_version = TlsVersion::kTls12});
  Link link(site, {.has_certificate = false});
  link.Shake();
  CHECK(link.server_progress == SessionProgress::kFailed);
  // In TLS 1.3 this side is done before the server has judged it.
  CHECK(link.client_progress == SessionProgress::kDone);
  Transfer::Kind last{};
  CHECK(ReadAll(*link.client, last).empty());
  CHECK(last == Transfer::Kind::kFailed);
  CHECK(link.client->error().detail == "the service sent the alert certificate_required");
}

TEST_CASE("an upstream that speaks no TLS is said to speak none") {
  const Site site;
  Link link(site);
  link.client->Handshake(kNow);
  for (const char c : std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n")) {
    link.to_client.bytes.push_back(static_cast<uint8_t>(c));
  }
  CHECK(link.client->Handshake(kNow) == SessionProgress::kFailed);
  CHECK(link.client->error().code == ErrorCode::kUpstreamTls);
  CHECK(link.client->error().detail.find("does it speak TLS?") != std::string::npos);
}

TEST_CASE("a handshake that is cut anywhere fails and says so") {
  const Site site;
  Link whole(site);
  for (int i = 0; i < 20 && whole.client_progress != SessionProgress::kDone; ++i) {
    whole.client_progress = whole.client->Handshake(kNow);
    whole.server->Handshake(kNow);
  }
  // Signatures differ in length, and records are padded to 16 bytes: another flight may be shorter.
  const size_t size = whole.to_client.delivered - 32;
  REQUIRE(size > 500);
  for (size_t cut = 0; cut < size; cut += 31) {
    CAPTURE(cut);
    Link link(site);
    link.to_client.cut_after = cut;
    link.Shake();
    CHECK(link.client_progress == SessionProgress::kFailed);
    CHECK(link.client->error().code == ErrorCode::kUpstreamTls);
    CHECK_FALSE(link.client->error().detail.empty());
  }
}

}  // namespace pinlatch::test
