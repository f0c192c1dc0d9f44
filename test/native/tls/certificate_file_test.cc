// Covers the reading of certificate, key and list files: what is taken, and what is said of the
// rest.
#include "material/certificate_file.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/pem.h"
#include "identity/describe.h"
#include "material/key_file.h"
#include "revocation/crl_blocks.h"
#include "tls/certificate_maker.h"
#include "tls/x509_maker.h"
#include "vectors.h"

namespace pinlatch::test {
namespace {

using material::Kind;
using material::Place;
using material::ReadCertificates;
using material::ReadKey;
using material::SplitCertificates;

std::string Relabelled(std::string pem, const std::string& label) {
  for (size_t at = pem.find("CERTIFICATE-"); at != std::string::npos;
       at = pem.find("CERTIFICATE-", at + label.size())) {
    pem.replace(at, std::string_view("CERTIFICATE").size(), label);
  }
  return pem;
}

bool Says(const std::optional<material::Misfit>& misfit, std::string_view words) {
  const std::string said = misfit ? misfit->ToString() : "";
  CHECK_MESSAGE(said.find(words) != std::string::npos, said);
  return misfit && misfit->ToString().find(words) != std::string::npos;
}

TEST_CASE("files are split into certificates, and a key among them is noted") {
  const Identity first = Make({});
  Template other;
  other.subject = "CN=second";
  const Identity second = Make(other);
  const std::string text = "words\n" + first.Pem() + first.key->Pem() + second.Pem();
  const auto pem = ReadCertificates(AsBytes(text), Place::kOwn, "");
  REQUIRE_FALSE(pem.misfit);
  REQUIRE(pem.certificates.size() == 2);
  CHECK(pem.certificates[0] == first.der);
  CHECK(pem.certificates[1] == second.der);
  CHECK(pem.holds_private_key);
  const auto one = SplitCertificates(first.der);
  REQUIRE(one.ok());
  CHECK((*one == material::Certificates{first.der}));
  CHECK(Says(ReadCertificates(AsBytes(text), Place::kAuthorities, "").misfit, "a private key"));
  CHECK(Says(ReadCertificates(AsBytes("nothing here"), Place::kOwn, "").misfit,
             "text with no certificate in it"));
  CHECK(Says(ReadCertificates({}, Place::kOwn, "").misfit, "an empty file"));
}

TEST_CASE(
    "a text that begins with the digit 0, an old label and a DER file's last newline are read") {
  const Identity one = Make({});
  const auto is_read = [&](std::string_view file) {
    const auto split = SplitCertificates(AsBytes(file));
    return split.ok() && *split == material::Certificates{one.der};
  };
  CHECK(is_read("0 s:CN = device\n" + one.Pem()));
  CHECK(is_read(Relabelled(one.Pem(), "X509 CERTIFICATE")));
  const std::string der(AsText(one.der));
  CHECK(is_read(der));
  CHECK(is_read(der + "\n"));
  CHECK(is_read(der + "\r\n"));
  CHECK_FALSE(is_read(der + "x"));
  CHECK_FALSE(is_read(der + std::string(1, '\0')));
}

TEST_CASE("no block that could be missed vanishes beside a certificate") {
  const Identity one = Make({});
  for (const std::string label :
       {"TRUSTED CERTIFICATE", "X509 CRL", "PKCS7", "CERTIFICAT", "certificate"}) {
    const std::string both = one.Pem() + Relabelled(one.Pem(), label);
    const auto read = ReadCertificates(AsBytes(both), Place::kAuthorities, "/a b/ca.pem");
    CHECK(Says(read.misfit, "\"" + label + "\" block beside a certificate"));
    CHECK(Says(read.misfit, "openssl "));
    CHECK(Says(read.misfit, "'/a b/ca.pem'"));
  }
  for (const std::string label : {"DH PARAMETERS", "EC PARAMETERS", "CERTIFICATE REQUEST"}) {
    const std::string both = one.Pem() + Relabelled(one.Pem(), label);
    CHECK_FALSE(ReadCertificates(AsBytes(both), Place::kOwn, "").misfit);
  }
}

TEST_CASE("a damaged block is an error that names it") {
  const std::string good = Make({}).Pem();
  const auto refused = [](const std::string& text, std::string_view words) {
    const auto split = SplitCertificates(AsBytes(text));
    return !split.ok() && split.error().code == ErrorCode::kCertificateInvalid &&
           split.error().detail.find(words) != std::string::npos;
  };
  CHECK(refused(good + good.substr(0, good.size() - 30), "certificate 2"));
  CHECK(refused("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "certificate 1"));
  CHECK(refused("-----BEGIN CERTIFICATE-----\nMAA=MAA=\n-----END CERTIFICATE-----\n", "base64"));
  CHECK(refused("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "certificate 1"));
  CHECK(refused("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n", "DER"));
  // An end that belongs to another block is none.
  const std::string cut = good.substr(0, good.size() - 30);
  CHECK(refused(cut + "\n" + good, "certificate 1"));
}

TEST_CASE("a list file that is something else is called that") {
  const Identity one = Make({});
  const auto words = [](std::string_view file) {
    const auto split = tls::SplitRevocationLists(AsBytes(file), "/x/ca.crl");
    return split.ok() ? std::string() : split.error().detail;
  };
  CHECK(words(one.Pem()).find("a certificate") != std::string::npos);
  CHECK(words(AsText(one.der)).find("a certificate") != std::string::npos);
  CHECK(words(" <!DOCTYPE html><p>").find("an HTML or XML page") != std::string::npos);
  CHECK(words("<html>").find("curl -fLo '/x/ca.crl'") != std::string::npos);
  CHECK(words(one.key->Pem()).find("a private key") != std::string::npos);
  const std::vector<uint8_t> list = test::x509::List(test::x509::Ca("CN=ca"), {});
  const std::string with_newline = std::string(AsText(list)) + "\n";
  CHECK(words(with_newline).empty());
  CHECK(words(PemEncode("X509 CRL", list) + one.Pem()).empty());
  CHECK_FALSE(words(PemEncode("X509 CRL", list) + Relabelled(one.Pem(), "PKCS7")).empty());
}

TEST_CASE("the one key of a file is found beside certificates, in PEM and in DER") {
  const Identity one = Make({});
  const auto alone = ReadKey(AsBytes(one.key->Pem()), "");
  REQUIRE(alone.der);
  const std::string combined = one.Pem() + one.key->Pem() + one.Pem();
  const auto beside = ReadKey(AsBytes(combined), "");
  REQUIRE(beside.der);
  CHECK(AsText(beside.der->span()) == AsText(alone.der->span()));
  const std::string der = std::string(AsText(alone.der->span())) + "\n";
  const auto with_newline = ReadKey(AsBytes(der), "");
  REQUIRE(with_newline.der);
  CHECK(AsText(with_newline.der->span()) == AsText(alone.der->span()));
  CHECK(Says(ReadKey(AsBytes(one.key->Pem() + one.key->Pem()), "").misfit, "more than one"));
  CHECK(Says(ReadKey(AsBytes(one.Pem()), "").misfit, "swap"));
  CHECK(Says(ReadKey(one.der, "").misfit, "a certificate"));
}

TEST_CASE("the certificates of RFC 9440 appendix A are described as openssl describes them") {
  const std::optional<std::string> found_folder = VectorsAt("rfc9440/");
  if (!found_folder) return;
  const std::string& folder = *found_folder;
  std::ostringstream text;
  text << std::ifstream(folder + "leaf.pem").rdbuf();
  const auto certificates = SplitCertificates(AsBytes(text.str()));
  REQUIRE(certificates.ok());
  const auto leaf = identity::Describe(certificates->front());
  REQUIRE(leaf.ok());
  CHECK(leaf->subject == "CN=BC");
  CHECK(leaf->issuer == "CN=LA Intermediate CA,O=Let's Authenticate");
  CHECK(leaf->serial == "07");
  CHECK((leaf->san_email == std::vector<std::string>{"bdc@example.com"}));
}

}  // namespace
}  // namespace pinlatch::test
