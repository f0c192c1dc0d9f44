// A board that starts in 1970, with a floor that its clock is below: what cannot have begun by the
// clock is admitted, certificates and lists alike, and what ended before the floor is refused.
#include <doctest/doctest.h>

#include "base/encoding.h"
#include "identity/describe.h"
#include "tls/verify_case.h"

namespace pinlatch::test::x509 {
namespace {

struct Board {
  Folder folder;
  Holder root = Ca("CN=root");
  Holder leaf = Client(root);
  UnixSeconds floor = kNow;
  UnixSeconds now = 0;
  bool is_confirmed = true;

  ClockReading Clock() const {
    return is_confirmed ? ClockReading(now, floor) : ClockReading::Unconfirmed(now, floor);
  }
  tls::Verdict Ask(const std::vector<ListSpec>& lists) const {
    snapshot::Trust trust = WithLists();
    const std::string print = HexEncode(identity::Sha256Of(root.der));
    trust.ca = {{folder.Write("ca.pem", PemOf({&root})), {print}}};
    for (size_t i = 0; i < lists.size(); ++i) {
      const std::vector<uint8_t> der = List(root, lists[i]);
      trust.revocation->files.push_back(
          folder.Write(std::to_string(i) + ".crl", std::string(der.begin(), der.end())));
    }
    const auto bundle = tls::TrustBundle::Load(trust, Clock());
    REQUIRE(bundle.ok());
    return VerifyCase{{}, {&leaf}, {}, {}, now}.Verdict(**bundle);
  }
  std::string Rule(const std::vector<ListSpec>& lists = {{}}) const { return RuleOf(Ask(lists)); }
};

TEST_CASE(
    "in 1970 certificates and lists that have not begun are admitted, until the clock is right") {
  const Board board;
  const tls::Verdict verdict = board.Ask({{}});
  CHECK(verdict.accepted());
  CHECK(verdict.valid_until == kNow - 1);
}

TEST_CASE("in 1970 a list from the future still revokes") {
  ListSpec list;
  list.entries = {{"\x01", 1, {}}};
  CHECK(Board().Rule({list}) == "revoked");
}

TEST_CASE("in 1970 what ended before the floor has ended") {
  Board board;
  ListSpec list;
  list.next_update = kNow - 1;
  CHECK(board.Rule({list}) == "crl-stale");
  Spec spec;
  spec.not_after = kNow - 1;
  spec.extensions = UsageExt(0x80);
  board.leaf = Issue(spec, &board.root);
  CHECK(board.Rule() == "expired");
}

TEST_CASE("in 1970 the newest list counts as ever") {
  ListSpec older;
  older.number = 5;
  ListSpec newer;
  newer.number = 6;
  newer.next_update = kNow - 1;
  CHECK(Board().Rule({older, newer}) == "crl-stale");
}

TEST_CASE("above the floor the clock counts, and a list from the future does not") {
  Board board;
  board.now = kNow;
  ListSpec list;
  list.this_update = kNow + 1;
  CHECK(board.Rule({list}) == "crl-not-yet-valid");
  board.floor = kNow + 1;  // a clock that is one second wrong is wrong
  CHECK(board.Rule({list}) == "accepted");
}

TEST_CASE("a list says that a clock which nobody vouches for is behind, to its own bundle") {
  Board board;
  board.floor = kNow - 60 * kDay;
  board.now = kNow - 30 * kDay;
  CHECK(board.Rule() == "not-yet-valid");
  board.is_confirmed = false;
  CHECK(board.Rule() == "accepted");
  ListSpec stale;
  stale.this_update = kNow;
  stale.next_update = kNow - 1;  // before what it says that it is now
  CHECK(board.Rule({stale}) == "crl-stale");
}

TEST_CASE("a list of nobody says nothing of the clock, nor does one that is hours ahead") {
  Board board;
  board.floor = kNow - 60 * kDay;
  board.now = kNow - 30 * kDay;
  board.is_confirmed = false;
  const Holder stranger = Ca("CN=root");
  snapshot::Trust trust = WithLists();
  const std::string print = HexEncode(identity::Sha256Of(board.root.der));
  trust.ca = {{board.folder.Write("ca.pem", PemOf({&board.root})), {print}}};
  const std::vector<uint8_t> der = List(stranger, {});
  trust.revocation->files = {
      board.folder.Write("foreign.crl", std::string(der.begin(), der.end()))};
  const auto bundle = tls::TrustBundle::Load(trust, board.Clock());
  REQUIRE(bundle.ok());
  CHECK(RuleOf(VerifyCase{{}, {&board.leaf}, {}, {}, board.now}.Verdict(**bundle)) ==
        "not-yet-valid");
  board.now = kNow;
  ListSpec ahead;
  ahead.this_update = kNow + 3600;
  CHECK(board.Rule({ahead}) == "crl-not-yet-valid");
}

}  // namespace
}  // namespace pinlatch::test::x509
