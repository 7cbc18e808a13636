"""Options of the downloaders that take a value: data, from curl(1) and wget(1)."""

from __future__ import annotations

CURL_TAKES = """
 A b c C d D e E F H K m o P Q r t T u U w x X y Y z abstract-unix-socket alt-svc aws-sigv4 cacert capath cert
 cert-type ciphers config connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile
 curves data data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-servers
 doh-url dump-header ech engine etag-compare etag-save expect100-timeout form form-string ftp-account ftp-
 alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header
 hostpubmd5 hsts interface ip-tos ipfs-gateway json keepalive-time key key-type krb libcurl limit-rate local-port
 login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer
 output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-header
 proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry retry-delay
 retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time stderr
 telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlspassword tlsuser trace trace-ascii unix-socket
 upload-file url url-query user user-agent variable write-out"""
WGET_TAKES = """
 a A B D e i I l o O P Q R S t T U w X accept append-output base bind-address body-data body-file ca-certificate
 ca-directory certificate config connect-timeout cut-dirs default-page directory-prefix dns-timeout domains
 exclude-directories exclude-domains execute header http-password http-user include-directories input-file level
 limit-rate load-cookies max-redirect method output-document output-file password post-data post-file prefer-
 family private-key protocol-directories proxy-password proxy-user quota read-timeout referer reject restrict-
 file-names save-cookies secure-protocol timeout tries user user-agent wait waitretry"""
