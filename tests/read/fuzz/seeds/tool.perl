#!/usr/bin/perl
use strict; use IO::Socket::INET; use MIME::Base64;
my ($host, @rest) = @ARGV; my %h = (a => 'ls -R', "b" => qq{git $host});
system("ls", "-R", $_) for @rest; exec $h{a} if $host =~ m{^x(\d+)$}i;
my $s = IO::Socket::INET->new(PeerAddr => 'db.example', PeerPort => 443); open(STDIN, ">&", $s);
eval decode_base64('cHJpbnQgMQ=='); print `uptime` . join('', map { chr(ord($_) ^ 5) } split //, 'abc'), pack("A3 n", 'x', 1);
s/(\w)/$1$1/ge, y/a-z/b-z/; sub go { return scalar reverse shift } go(q(x));
