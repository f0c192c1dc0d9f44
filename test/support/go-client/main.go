// A client of a gateway in Go: PORT CA [CERT KEY]... For TLS 1.2 and 1.3, each with HTTP/1.1 and HTTP/2, it asks for
// /hello twice on connections of their own, the second by the ticket of the first, and posts bodies that are refused.
// It prints one line for each: the version, the protocol, what was asked, and the status or what went wrong.
//
// With more than one certificate Go chooses by the authorities that the server announced.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
)

var versions = map[uint16]string{tls.VersionTLS12: "TLSv1.2", tls.VersionTLS13: "TLSv1.3"}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func load(files []string) *tls.Config {
	roots := x509.NewCertPool()
	ca, err := os.ReadFile(files[0])
	must(err)
	roots.AppendCertsFromPEM(ca)
	config := &tls.Config{RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(0)}
	for own := files[1:]; len(own) > 1; own = own[2:] {
		pair, err := tls.LoadX509KeyPair(own[0], own[1])
		must(err)
		config.Certificates = append(config.Certificates, pair)
	}
	return config
}

// ask makes one request on a connection of its own.
func ask(config *tls.Config, http2 bool, url string, size int) string {
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: http2}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var answer *http.Response
	var err error
	if size == 0 {
		answer, err = client.Get(url)
	} else {
		answer, err = client.Post(url, "text/plain", bytes.NewReader(make([]byte, size)))
	}
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	_, err = io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s %d resumed: %t", answer.Proto, answer.StatusCode, answer.TLS.DidResume)
}

func main() {
	url := "https://localhost:" + os.Args[1]
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, http2 := range []bool{false, true} {
			config := load(os.Args[2:])
			config.MinVersion, config.MaxVersion = version, version
			for i := 0; i < 2; i++ {
				fmt.Println(versions[version], "hello", ask(config, http2, url+"/hello", 0))
			}
			for _, size := range []int{7, 100000, 1000000} {
				fmt.Println(versions[version], size, ask(config, http2, url+"/others", size))
			}
		}
	}
}
