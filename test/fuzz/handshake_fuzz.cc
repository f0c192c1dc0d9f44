// Fuzzes the handshake of both ends (tls::ServerSession and tls::ClientSession, with mbedTLS behind
// them) and what follows it: the two talk to each other, and what they say is edited on its way,
// record by record, also where it would be encrypted (handshake_fuzz/transparent_crypto.h). Without
// an edit they must come to an end that both accept; with any, nobody gets through whose
// certificate is not the right one.
//
// An input is: one byte of flags, the number of edits, the edits
// (handshake_fuzz/edited_wire.h), and bytes that edits may inject. Accepted is a handshake
// that both ends come through, with a word each way behind it; whether an edit changed anything on
// the wire is part of the outcome, so that a seed whose edit meets no record any more is found out.
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "handshake_fuzz/edited_wire.h"
#include "handshake_fuzz/site.h"
#include "handshake_fuzz/transparent_crypto.h"
#include "outcome.h"
#include "session/client_session.h"
#include "session/server_session.h"
#include "session/ticket_keys.h"
#include "tls/shake.h"

namespace {

using namespace pinlatch;
using fuzz::kNow;
using fuzz::Outcome;
using fuzz::Require;
using fuzz::Site;
using Progress = tls::SessionProgress;

enum Flag : uint8_t {
  kTls12 = 0x01,          // the server speaks nothing newer
  kNoCertificate = 0x02,  // of the client
  kOptional = 0x04,       // is the client's certificate
  kBytewise =
      0x08,  // ends are asked to go on after every record, else when nothing passes any more
};

struct AnyServer final : tls::ServerCheck {
  Result<UnixSeconds> Admits(const identity::PeerIdentity&, UnixSeconds) const override {
    return std::numeric_limits<UnixSeconds>::max();
  }
};

// Talk is one connection.
class Talk {
 public:
  Talk(Site& site, uint8_t flags, std::vector<fuzz::Edit> edits, ByteSpan spare)
      : flags_(flags), wire_(std::move(edits), spare) {
    const bool optional = (flags & kOptional) != 0;
    auto server = tls::ServerSession::Create(site.Server(optional, (flags & kTls12) != 0),
                                             wire_.server(), site.verdicts(), keys_);
    auto client = tls::ClientSession::Create(site.Client((flags & kNoCertificate) != 0), name_,
                                             check_, wire_.client());
    Require(server.ok() && client.ok());
    server_ = std::move(server).value();
    client_ = std::move(client).value();
  }

  Outcome Run(const identity::Sha256& right) {
    Shake();
    if (server_progress_ == Progress::kDone) CheckAccepted(right);
    if (!wire_.changed()) Require(Both(Progress::kDone) == MayEnter());
    if (Both(Progress::kDone)) return Exchange();
    return Failed();
  }

 private:
  bool Both(Progress wanted) const {
    return server_progress_ == wanted && client_progress_ == wanted;
  }
  // Who refuses says why, and has nobody for a peer. Of two that fail, the one who was not told to
  // by the other's alert says what was wrong.
  Outcome Failed() const {
    const bool by_server = server_progress_ == Progress::kFailed;
    const bool by_client = client_progress_ == Progress::kFailed;
    Require(by_server || by_client);
    if (by_client) Require(!client_->error().detail.empty());
    if (by_server) Require(!server_->error().detail.empty() && server_->peer() == nullptr);
    const bool was_told = !by_server || server_->error().code == ErrorCode::kHandshakeAlert;
    return Outcome::Refused(by_client && was_told ? client_->error().code : server_->error().code);
  }
  bool MayEnter() const { return (flags_ & kNoCertificate) == 0 || (flags_ & kOptional) != 0; }

  void Shake() {
    bool passed = true;
    for (int round = 0; round < 64 && passed; ++round) {
      client_progress_ = test::Shake(*client_, kNow);
      passed = wire_.Pass();
      if ((flags_ & kBytewise) != 0) passed = wire_.Pass() || passed;
      server_progress_ = test::Shake(*server_, kNow);
      passed = wire_.Pass() || passed;
    }
    wire_.client().End();
    wire_.server().End();
    // An alert may come when one side believes that all is well: TLS 1.3 has the client done first.
    client_progress_ = test::Shake(*client_, kNow);
    server_progress_ = test::Shake(*server_, kNow);
  }

  void CheckAccepted(const identity::Sha256& right) const {
    const auto peer = server_->peer();
    Require(peer != nullptr || (flags_ & kOptional) != 0);
    Require(peer == nullptr || peer->sha256 == right);
    Require(server_->facts().server_name == "localhost" || wire_.changed());
  }

  // Exchange has each side say a word; edits reach what comes after the handshake as well.
  Outcome Exchange() {
    const bool asked = Carry(*client_, *server_, "ping");
    const bool answered = Carry(*server_, *client_, "pong");
    Require(wire_.changed() || (asked && answered));
    server_->Close();
    client_->Close();
    wire_.Pass();
    uint8_t byte = 0;
    server_->Read({&byte, 1});
    client_->Read({&byte, 1});
    if (!asked || !answered) return Outcome::Refused("later");
    const bool is_tls12 = server_->facts().version == snapshot::TlsVersion::kTls12;
    return Outcome::Accepted(std::string(is_tls12 ? "tls12" : "tls13") +
                             (wire_.changed() ? "-edited" : "-plain"));
  }

  template <typename From, typename To>
  bool Carry(From& from, To& to, std::string_view word) {
    if (from.Write(AsBytes(word)).kind != Transfer::Kind::kMoved) return false;
    wire_.Pass();
    std::string got;
    uint8_t bytes[64];
    while (got.size() < word.size()) {
      const Transfer transfer = to.Read(bytes);
      if (transfer.kind != Transfer::Kind::kMoved) return false;
      got.append(AsText(ByteSpan(bytes, transfer.count)));
    }
    return got == word;
  }

  const uint8_t flags_;
  fuzz::EditedWire wire_;
  AnyServer check_;
  const tls::ServerIdentity name_{"localhost", false};
  const std::shared_ptr<const tls::TicketKeys> keys_ = *tls::TicketKeys::Create();
  std::optional<tls::ServerSession> server_;
  std::optional<tls::ClientSession> client_;
  Progress server_progress_ = Progress::kWantRead;
  Progress client_progress_ = Progress::kWantRead;
};

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  static Site& site = *[] {
    UseTransparentCrypto();
    return new Site;
  }();
  constexpr size_t kHead = 2;
  constexpr size_t kMostEdits = 16;
  if (input.size() < kHead) return Outcome::Incomplete();
  ByteSpan rest = input.subspan(kHead);
  const size_t count = std::min({size_t{input[1]}, kMostEdits, rest.size() / Edit::kSize});
  std::vector<Edit> edits;
  for (; edits.size() < count; rest = rest.subspan(Edit::kSize)) edits.emplace_back(rest);
  BeginAnew();
  const Outcome outcome =
      Talk(site, input[0], std::move(edits), rest).Run(site.client_fingerprint());
  Require(HeldKeys() == 0);
  return outcome;
}

// Both versions are spoken to the end, and edits are found out by either side and behind the
// handshake.
std::vector<std::string_view> MustReach() {
  return {"accept-tls12", "accept-tls13", "refuse-later", "refuse-client-certificate-missing",
          "refuse-upstream-tls-failed"};
}

}  // namespace pinlatch::fuzz
