//! What pages say that are no pages: gates, notices of trouble, placeholders, "not found".

use std::sync::LazyLock;

use regex::Regex;

/// Words that only gates use.
pub static GATE: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        "checking (?:if the site connection is secure|your browser)",
        "pardon our interruption",
        "incapsula incident",
        "ddos protection by",
        "verify(?:ing)? (?:that )?you(?:'|’)?(?: a|)re (?:not )?(?:a )?(?:human|(?:ro)?bot)",
        "(?:complete|solve) the (?:captcha|security check)",
        "the requested url was rejected\\. please consult",
        "the request could not be satisfied",
        "access to this page has been denied",
        "you don(?:'|’)t have permission to access .{1,200} on this server",
        "(?:our systems have|we(?:'|’)ve) detected unusual (?:traffic|activity)",
        "needs to review the security of your connection",
        "enable javascript and cookies to continue",
        "please enable js and disable any ad blocker",
        "you have been blocked",
        "your access to this (?:site|service) has been (?:limited|blocked|temporarily limited)",
        "(?:this|your) request (?:was|has been) blocked by (?:the|our|a) (?:security|firewall|waf)",
        "web page blocked!?",
        "we(?:'|’)re verifying your browser",
        "press (?:and|&) hold to confirm you are",
    ])
});

/// Titles and headings of gates.
pub static BLOCKED: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        "(?:error )?(?:401|403|429)(?: .{0,30})?",
        "access denied",
        "access to this page has been denied",
        "forbidden",
        "attention required! ?\\|? ?cloudflare",
        "attention required!?",
        "just a moment\\W*",
        "one moment,? please\\W*",
        "human verification",
        "are you (?:a robot|human|not a robot)\\??",
        "robot (?:check|challenge(?: screen)?)",
        "security check(?:point)?",
        "vercel security checkpoint",
        "ddos-guard",
        "pardon our interruption\\W*",
        "too many requests",
        "(?:the |your )?request (?:was |has been )?(?:blocked|rejected)",
        "(?:error: )?the request could not be satisfied",
        "sucuri website firewall.*",
        "unauthori[sz]ed",
        "(?:web ?page )?blocked",
        "you have been blocked|sorry, you have been blocked",
        "captcha",
        "radware (?:bot manager )?captcha(?: page)?",
    ])
});

/// What a gate goes on to say, which a page about gates does not.
pub static BLOCKED_GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        "reference ?#",
        r"\bray id\b",
        r"\b(?:incident|support|event|request|attack|client|error) (?:id|number|code)\b",
        "your (?:ip|browser|request|computer)",
        "you (?:do not|don(?:'|’)t) have (?:permission|access)",
        "on this server",
        "requested (?:url|page|resource)",
        "this (?:site|website|page|resource|request)",
        r"\b(?:nginx|apache|cloudflare|akamai|cloudfront|imperva|incapsula|sucuri|fortinet|microsoft-azure\S*)\b",
        "(?:site|server|web) ?(?:owner|administrator|master)",
        "(?:java ?script|cookies?) (?:and|is|are|in|to)",
        r"(?:robot|\bbot\b|human)",
        "try again",
        "too many requests",
    ])
});

/// Titles and headings of passing trouble.
pub static UNAVAILABLE: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        "(?:error )?50[0234](?: .{0,40})?",
        "(?:internal )?server error",
        "bad gateway",
        "gateway time-?out",
        "(?:the |this |our )?(?:service|site|website|page|system)?(?: is)? ?(?:temporarily |currently )(?:unavailable|down|offline)(?: .{0,40})?",
        "(?:the |this )?service (?:is )?(?:not available|unavailable)",
        "our services aren(?:'|’)t available right now",
        "(?:site |scheduled |planned |essential |website |system )?maintenance(?: (?:mode|page|in progress|notice))?",
        "(?:site |website |service |page )?(?:is )?(?:down|closed|under|undergoing) (?:for )?(?:scheduled |planned |essential )?maintenance",
        "(?:site|page|website) (?:en|in|unter) (?:maintenance|manutenzione|wartung)|(?:site )?en maintenance|wartungsarbeiten",
        "(?:we(?:'|’)?(?:ll| will) be )?(?:right |be )?back (?:soon|shortly)!?",
        "(?:sorry,? )?(?:there is a problem with|we(?:'|’)re experiencing technical difficulties).{0,60}",
        "(?:sorry,? )?(?:the|this) (?:service|site|website) is (?:temporarily |currently )?unavailable",
        "(?:sorry,? )?(?:an (?:unexpected )?error (?:has )?occurred|something went wrong)\\W*(?:error)?",
        "error 503 backend fetch failed|guru meditation",
        "database error|error establishing a database connection",
        "application error.{0,40}",
    ])
});

/// What a notice of trouble goes on to say, which a page about maintenance does not.
pub static UNAVAILABLE_GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        "try(?:ing)? (?:this |it |the page |your request )?again",
        "back (?:soon|shortly|online|up|later)",
        r"\b(?:sorry|apologi[sz]e|apologies|inconvenience)\b",
        "(?:this|our|the) (?:site|website|web site|service|page|system|server)s? (?:is|are|will be|has been) (?:temporarily |currently |briefly )?(?:unavailable|down|offline|closed|undergoing|under|not available)",
        "(?:performing|carrying out|undergoing|down for) (?:some |scheduled |planned |essential |routine )*(?:maintenance|updates|improvements)",
        "technical (?:difficult|problem|issue|error)",
        r"\b(?:nginx|apache|cloudflare|varnish|xid:|guru meditation)\b",
        "server (?:encountered|is temporarily|did not|was unable)",
        "revenez|réessayer|réessayez|momentanément|später|spater|vorübergehend",
    ])
});

/// What passing trouble is called in a sentence of a short page.
pub static MAINTENANCE: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        "(?:site|service|page|website) is (?:temporarily|currently) (?:unavailable|down|offline)",
        "(?:down|closed|undergoing|under) (?:for )?(?:scheduled |planned |essential |routine )?maintenance",
        "please try again (?:later|in a few minutes|shortly)",
        "(?:site|service) (?:est )?(?:momentanément |temporairement )(?:indisponible|inaccessible)",
        "error establishing a database connection",
    ])
});

/// Titles and headings that say there is no such page.
pub static NOT_FOUND: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        "(?:error:? )?(?:404|410)(?:\\W.{0,60})?",
        "(?:http )?error 404.{0,40}",
        "(?:sorry,? )?(?:this |the |that )?(?:web ?)?(?:page|document|file|content|resource|publication)(?: you(?: have|(?:'|’)ve)? (?:requested|were looking for|are looking for|tried to (?:reach|access)))? ?(?:was |is |has been |can ?not be |could not be |can(?:'|’)t be |couldn(?:'|’)t be |has |no longer )*(?:not found|found|removed|deleted|exists?|available)",
        "(?:sorry,? )?(?:we )?(?:can(?:'|’)t|could ?n(?:'|’)t|can ?not|could not) (?:find|locate) (?:the|that|this|your) page.{0,40}",
        "(?:oops|whoops|uh[- ]oh)\\W.{0,40}(?:page|404|found).{0,40}",
        "(?:file or directory |file |object )?not found",
        "nothing (?:was )?found(?: here)?",
        "page (?:does not|doesn(?:'|’)t|no longer) exists?",
        "(?:page|document) (?:introuvable|non trouvée?)|seite nicht gefunden|página no encontrada|pagina (?:non trovata|niet gevonden)",
    ])
});

/// What such a page goes on to say.
pub static NOT_FOUND_GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        r"\b(?:address|url|links?)\b",
        "(?:moved|removed|renamed|deleted|no longer)",
        "home ?page|site ?map|start again",
        "(?:try|use|using) (?:our |the |a )?(?:site )?search",
        "looking for|you (?:were|are|have) (?:looking|requested|asked|tried)",
        r"\bsorry\b|can(?:'|’)t find|cannot be found|could not be found|not found",
        "retour(?:ner)? à|page d(?:'|’)accueil|startseite",
    ])
});

/// Lines that stand where a script will put the text.
pub static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        r"^\W*(?:(?:page |content |data |app(?:lication)? |still )?loading|please wait|one moment|just a (?:moment|second)|chargement(?: en cours)?|en cours de chargement|veuillez patienter|un instant|initiali[sz]ing|redirecting|wird geladen|bitte warten|lädt|cargando|espere|caricamento(?: in corso)?|attendere|(?:even )?laden|aan het laden)(?: .{0,40})?\W*$",
        r"(?:enable|activate|turn on|requires?|needs?|without) java ?script",
        r"java ?script (?:is |must be |to be |has been )?(?:not )?(?:enabled|disabled|required|needed|turned)",
        r"(?:activer|activez|autoriser) java ?script|java ?script (?:est )?(?:désactivé|requis|aktivieren)|aktivieren sie java ?script",
        r"^you need to enable",
        r"your browser (?:is (?:not supported|out of date|outdated)|does not support)",
    ])
});

/// What goes with such a line.
pub static PLACEHOLDER_GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    anywhere(&[
        "sorry|apologi[sz]e|thank you",
        "reload|refresh|continue|try again|once (?:it|you)|instructions|(?:your|another|modern) browser|to (?:view|use|see|run|access) (?:this|the|our)",
        "recharge[rz]|navigateur|désolé",
    ])
});

fn anywhere(alternatives: &[&str]) -> Regex {
    Regex::new(&format!("(?i)(?:{})", alternatives.join("|"))).expect("a pattern of ours")
}

fn whole(alternatives: &[&str]) -> Regex {
    Regex::new(&format!(r"(?i)^\W*(?:{})\W*$", alternatives.join("|"))).expect("a pattern of ours")
}
