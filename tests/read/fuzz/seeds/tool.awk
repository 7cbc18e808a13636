BEGIN { c = "ls " "-R"; system(c); while (("git status" | getline line) > 0) print line | "sort"; s = "/inet/tcp/0/db.example/443" }
/x/ { for (i = NF; i > 0; i--) printf "%s ", $i; print > "/tmp/x" } function f(a) { return substr(a, 2) }
