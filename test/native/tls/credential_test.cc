// Covers the loading of server credentials: what is accepted, and what is refused with which words.
#include "keys/credential.h"

#include <doctest/doctest.h>
#include <grp.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "keys/credential_impl.h"
#include "keys/own_credential.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test {
namespace {

// Files is a folder with a certificate and its key, and the entry that names them.
struct Files {
  explicit Files(const Identity& identity) {
    entry.at = "/listeners/edge/certificates/0";
    entry.chain = {folder.Write("server.crt", identity.Pem(), 0644), {identity.Sha256()}};
    entry.key.path = folder.Write("server.key", identity.key->Pem());
  }
  ErrorCode Refusal() {
    const auto loaded = tls::Credential::Load(entry);
    CHECK_FALSE(loaded.ok());
    if (loaded.ok()) return ErrorCode::kInternal;
    CHECK(loaded.error().at == entry.at);
    detail = loaded.error().detail;
    CHECK_FALSE(detail.empty());
    return loaded.error().code;
  }
  bool Says(const std::string& words) const { return detail.find(words) != std::string::npos; }

  Folder folder;
  snapshot::Certificate entry;
  std::string detail;
};

struct CredentialFixture {
  Identity ca = Authority("server authority");
  Identity server = Server(ca);
};

TEST_CASE_FIXTURE(CredentialFixture, "a chain and its key are loaded, whatever the key's form") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521, KeyKind::kRsa2048}) {
    const Identity own = Server(ca, kind);
    Files files(own);
    const auto loaded = tls::Credential::Load(files.entry);
    REQUIRE_MESSAGE(loaded.ok(), loaded.error().detail);
    CHECK((*loaded)->not_after() == kNow + kDay);
  }
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "intermediates follow the leaf, and a CA with odd extensions may") {
  Template middle;
  middle.subject = "CN=middle";
  middle.authority = true;
  middle.extensions.push_back({"\x2a\x03\x04", true, std::string("\x05\x00", 2)});
  const Identity intermediate = Make(middle, &ca);
  const Identity own = Server(intermediate);
  Files files(own);
  files.folder.Write("server.crt", "some words\n" + own.Pem() + "more\n" + intermediate.Pem(),
                     0644);
  files.entry.chain.sha256.push_back(intermediate.Sha256());
  const auto loaded = tls::Credential::Load(files.entry);
  CHECK_MESSAGE(loaded.ok(), loaded.error().detail);
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "what follows the leaf is sent as it is, whatever kind of key it has") {
  Identity middle = Authority("middle", &ca);
  const Identity own = Server(middle);
  // The last byte of the curve's OID: no curve that anybody knows.
  const std::string curve = "\x2a\x86\x48\xce\x3d\x03\x01\x07";
  const auto at = std::search(middle.der.begin(), middle.der.end(), curve.begin(), curve.end(),
                              [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); });
  REQUIRE(at != middle.der.end());
  at[7] = 0x7f;
  Files files(own);
  files.folder.Write("server.crt", own.Pem() + middle.Pem() + ca.Pem(), 0644);
  for (const Identity* one : {&middle, &ca}) files.entry.chain.sha256.push_back(one->Sha256());
  const auto loaded = tls::Credential::Load(files.entry);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().detail);
  std::vector<std::vector<uint8_t>> sent;
  for (const mbedtls_x509_crt* one = (*loaded)->impl().chain.get(); one; one = one->next) {
    sent.emplace_back(one->raw.p, one->raw.p + one->raw.len);
  }
  CHECK(sent == std::vector{own.der, middle.der, ca.der});

  files.folder.Write("server.crt", middle.Pem() + ca.Pem(), 0644);
  files.entry.chain.sha256 = {middle.Sha256(), ca.Sha256()};
  CHECK(files.Refusal() == ErrorCode::kCertificateInvalid);
  CHECK(files.Says("certificate 1 has "));
  middle.der.back() ^= 1;
  middle.der[4] = 0x31;  // no SEQUENCE where the certificate proper begins
  files.folder.Write("server.crt", own.Pem() + middle.Pem(), 0644);
  files.entry.chain.sha256 = {own.Sha256(), middle.Sha256()};
  CHECK(files.Refusal() == ErrorCode::kCertificateInvalid);
  CHECK(files.Says("certificate 2 cannot be used"));
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a file that is not there, not a file or empty is unreadable") {
  Files files(server);
  files.entry.chain.path = files.folder.Path("absent.crt");
  CHECK(files.Refusal() == ErrorCode::kFileUnreadable);
  CHECK(files.Says("absent.crt: No such file"));
  Files key(server);
  key.entry.key.path = key.folder.Path("absent.key");
  CHECK(key.Refusal() == ErrorCode::kFileUnreadable);
  key.entry.key.path = key.folder.Path("");
  CHECK(key.Refusal() == ErrorCode::kFileUnreadable);
  CHECK(key.Says("not a regular file"));
  key.entry.key.path = key.folder.Write("empty.key", "");
  CHECK(key.Refusal() == ErrorCode::kFileUnreadable);
  CHECK(mkfifo(key.folder.Path("pipe.key").c_str(), 0600) == 0);
  key.entry.key.path = key.folder.Path("pipe.key");
  CHECK(key.Refusal() == ErrorCode::kFileUnreadable);
  key.entry.key.path = key.folder.Write("huge.key", std::string(65537, 'x'));
  CHECK(key.Refusal() == ErrorCode::kFileUnreadable);
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a certificate that is not the one that was compiled is refused") {
  Files files(server);
  const Identity renewed = Server(ca);
  files.folder.Write("server.crt", renewed.Pem(), 0644);
  CHECK(files.Refusal() == ErrorCode::kFileChanged);
  files.folder.Write("server.crt", server.Pem() + renewed.Pem(), 0644);
  CHECK(files.Refusal() == ErrorCode::kFileChanged);
  files.folder.Write("server.crt", "", 0644);
  CHECK(files.Refusal() == ErrorCode::kCertificateInvalid);
  const std::string pem = server.Pem();
  files.folder.Write("server.crt", pem.substr(0, pem.size() / 2), 0644);
  CHECK(files.Refusal() == ErrorCode::kCertificateInvalid);
  CHECK(files.Says("cut short"));
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a key that others can reach is refused, with the command that mends it") {
  for (const unsigned mode : {0640U, 0604U, 0644U, 0660U, 0602U, 0777U}) {
    Files files(server);
    files.folder.Write("server.key", server.key->Pem(), mode);
    CHECK(files.Refusal() == ErrorCode::kKeyExposed);
    CHECK(files.Says("chmod 0600 '" + files.entry.key.path + "'"));
  }
  for (const unsigned mode : {0400U, 0600U, 0700U}) {
    Files files(server);
    files.folder.Write("server.key", server.key->Pem(), mode);
    CHECK(tls::Credential::Load(files.entry).ok());
  }
}

TEST_CASE_FIXTURE(CredentialFixture, "a key that is exposed behind a link is found out") {
  Files files(server);
  CHECK(chmod(files.entry.key.path.c_str(), 0644) == 0);
  const std::string link = files.folder.Path("link.key");
  CHECK(symlink(files.entry.key.path.c_str(), link.c_str()) == 0);
  files.entry.key.path = link;
  CHECK(files.Refusal() == ErrorCode::kKeyExposed);
  CHECK(chmod(link.c_str(), 0600) == 0);
  CHECK(tls::Credential::Load(files.entry).ok());
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a key of another user is refused, with the command that mends it") {
  if (geteuid() != 0) {
    MESSAGE("skipped: only root can give files away");
    return;
  }
  Files files(server);
  CHECK(chown(files.entry.key.path.c_str(), 12345, 0) == 0);
  CHECK(files.Refusal() == ErrorCode::kKeyExposed);
  CHECK(files.Says("chown 0 '"));
}

// As a service without privileges, who is in one group beside its own, loads the key of a folder.
// Returns what it says; empty: it loads.
std::string SaidToService(const snapshot::Certificate& entry, gid_t group) {
  int pipes[2];
  REQUIRE(pipe(pipes) == 0);
  const pid_t service = fork();
  if (service == 0) {
    const bool is_service = setgroups(1, &group) == 0 && setgid(65534) == 0 && setuid(65534) == 0;
    const auto loaded = tls::Credential::Load(entry);
    const std::string said = !is_service ? "?" : loaded.ok() ? "" : loaded.error().detail;
    _exit(write(pipes[1], said.data(), said.size()) < 0 ? 1 : 0);
  }
  close(pipes[1]);
  std::string said;
  char text[512];
  for (ssize_t got = 0; (got = read(pipes[0], text, sizeof text)) > 0;)
    said.append(text, static_cast<size_t>(got));
  close(pipes[0]);
  CHECK(waitpid(service, nullptr, 0) == service);
  return said;
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a key that root lends to a group of the service's is taken, and no wider one") {
  if (geteuid() != 0) {
    MESSAGE("skipped: only root can give files away");
    return;
  }
  constexpr gid_t kLent = 23456;
  Files files(server);
  const std::string& key = files.entry.key.path;
  CHECK(chmod(files.folder.Path("").c_str(), 0755) == 0);
  for (const unsigned mode : {0640U, 0440U}) {
    files.folder.Write("server.key", server.key->Pem(), mode);
    CHECK(chown(key.c_str(), 0, kLent) == 0);
    CHECK(SaidToService(files.entry, kLent) == "");
  }
  for (const unsigned mode : {0644U, 0660U, 0650U}) {
    files.folder.Write("server.key", server.key->Pem(), mode);
    CHECK(chown(key.c_str(), 0, kLent) == 0);
    // The command leaves the service its key.
    CHECK(SaidToService(files.entry, kLent).find("run: chmod 0640 '" + key) != std::string::npos);
  }
  files.folder.Write("server.key", server.key->Pem(), 0644);
  CHECK(chown(key.c_str(), 0, kLent + 1) == 0);
  CHECK(SaidToService(files.entry, kLent).find("chown 65534 '" + key) != std::string::npos);
}

// Armoured is a PEM block; its armour is put together here, for what the tests put in is no key.
std::string Armoured(const std::string& label, const std::string& text) {
  return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
}

TEST_CASE_FIXTURE(CredentialFixture, "an encrypted key is refused with a remedy") {
  Files files(server);
  for (const std::string& text :
       {Armoured("ENCRYPTED PRIVATE KEY", "MIH"),
        Armoured("EC PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIH")}) {
    files.folder.Write("server.key", text);
    CHECK(files.Refusal() == ErrorCode::kKeyInvalid);
    CHECK(files.Says("openssl pkey"));
  }
}

TEST_CASE_FIXTURE(CredentialFixture, "what is no key, or too weak a key, is refused") {
  Files files(server);
  files.folder.Write("server.key", "no key\n");
  CHECK(files.Refusal() == ErrorCode::kKeyInvalid);
  files.folder.Write("server.key", server.Pem());
  CHECK(files.Refusal() == ErrorCode::kKeyInvalid);
  const Identity weak = Server(ca, KeyKind::kRsa1024);
  Files weak_files(weak);
  CHECK(weak_files.Refusal() == ErrorCode::kKeyInvalid);
  CHECK(weak_files.Says("1024 bits"));
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a key of another certificate is refused, and a wrong order is named") {
  Files files(server);
  files.folder.Write("server.key", Server(ca).key->Pem());
  CHECK(files.Refusal() == ErrorCode::kKeyMismatch);
  files.folder.Write("server.key", server.key->Pem());
  Template second;
  second.purpose = MBEDTLS_OID_SERVER_AUTH;
  const Identity other = Make(second, &ca);
  files.folder.Write("server.crt", other.Pem() + server.Pem(), 0644);
  files.entry.chain.sha256 = {other.Sha256(), server.Sha256()};
  CHECK(files.Refusal() == ErrorCode::kKeyMismatch);
  CHECK(files.Says("certificate 2"));
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "a server certificate outside its validity is loaded, and says so") {
  Files files(server);
  const auto loaded = tls::Credential::Load(files.entry);
  REQUIRE(loaded.ok());
  const tls::Credential& credential = **loaded;
  CHECK(credential.IsInForce(kNow));
  CHECK_FALSE(credential.IsInForce(credential.not_after() + 1));
  CHECK_FALSE(credential.IsInForce(credential.not_before() - 1));
  CHECK(credential.IsInForce({credential.not_before() - 1, kNow}));  // a clock that is wrong
  CHECK_FALSE(credential.IsInForce({0, credential.not_after() + 1}));
}

TEST_CASE_FIXTURE(CredentialFixture,
                  "one that has not begun leaves its place to the one before while that is valid") {
  Template what;
  what.purpose = MBEDTLS_OID_SERVER_AUTH;
  what.not_before = kNow + 60;
  what.not_after = kNow + 2 * kDay;
  Files renewed(Make(what, &ca));
  Files before(server);
  const auto next = *tls::Credential::Load(renewed.entry);
  const auto old = *tls::Credential::Load(before.entry);
  const tls::OwnCredential own(next, old);
  CHECK(own.At(kNow) == old);
  CHECK(own.At(kNow + 60) == next);
  CHECK(own.At(old->not_before() - 1) == next);  // neither is valid
  CHECK(tls::OwnCredential(next).At(kNow) == next);
  CHECK(tls::PresentedAt({next, old}, kNow).size() == 1);
  CHECK(tls::PresentedAt({next, old}, kNow).front() == old);
  CHECK(tls::PresentedAt({next, old}, kNow + 60).size() == 2);
  CHECK(tls::PresentedAt({next, old}, kNow + 3 * kDay).size() == 2);  // none is valid
}

TEST_CASE_FIXTURE(CredentialFixture, "a certificate that clients would refuse is refused") {
  Template what;
  what.purpose = MBEDTLS_OID_CLIENT_AUTH;
  Files purpose(Make(what, &ca));
  CHECK(purpose.Refusal() == ErrorCode::kCertificateInvalid);
  CHECK(purpose.Says("serverAuth"));
  what.purpose = MBEDTLS_OID_SERVER_AUTH;
  what.key_usage = MBEDTLS_X509_KU_KEY_AGREEMENT;
  Files usage(Make(what, &ca));
  CHECK(usage.Refusal() == ErrorCode::kCertificateInvalid);
  CHECK(usage.Says("digitalSignature"));
}

}  // namespace
}  // namespace pinlatch::test
