"""What tells Bokmål, Nynorsk, Danish, Swedish, English and Northern Sámi apart in a few words.

Written by hand. In the tables with columns each line is one meaning or ending, each cell the forms that one
language has for it (nb, nn, da, sv, and en where there is a fifth). A form counts for every language that has
it anywhere: `ikke` is nb and da, `ikkje` nn alone.
"""

from __future__ import annotations

from typing import Final

COLUMNS: Final = ("nb", "nn", "da", "sv", "en")

WORDS: Final = """
jeg | eg | jeg | jag
meg | meg | mig | mig
deg | deg | dig | dig
seg | seg | sig | sig
han ham | han honom | han ham | han honom
hun | ho | hun | hon
henne | henne ho | hende | henne
hennes | hennar hennes | hendes | hennes
hans | hans | hans | hans
vi | vi me | vi | vi
oss | oss | os | oss
dere | de dykk | i jer | ni er
deres | dykkar deira | deres jeres | deras ert
de | dei | de | de
dem | dei | dem | dem
det | det | det | det
den | den | den | den
dette | dette | dette | detta
denne | denne | denne | denna denne
disse | desse | disse | dessa
slik sånn slike slikt | slik slike slikt sånn | sådan sådanne sådant | sådan sådana sådant så
man en | ein | man | man
en | ein | en | en
et | eit | et | ett
ei | ei | |
ene | eine | ene | ena
min mi mitt mine | min mi mitt mine | min mit mine | min mitt mina
din ditt dine | din di ditt dine | din dit dine | din ditt dina
sin sitt sine | sin si sitt sine | sin sit sine | sin sitt sina
vår vårt våre | vår vårt våre | vores vor vort vore | vår vårt våra
egen eget egne | eigen eiga eige eigne | egen eget egne | egen eget egna
hva | kva | hvad | vad
hvem | kven | hvem | vem
hvor | kor kvar | hvor | var hur
hvordan | korleis | hvordan | hur
hvorfor | kvifor | hvorfor | varför
hvilken hvilket hvilke | kva | hvilken hvilket hvilke | vilken vilket vilka
hver hvert | kvar kvart | hver hvert | varje var vart
hverandre | kvarandre | hinanden | varandra
hvis dersom | viss dersom | hvis | om ifall
når | når | når | när
da | då | da | då
nå | no | nu | nu
noe | noko | noget | något
noen | nokon nokre | nogen nogle | någon några
ingen intet | ingen inga inkje | ingen intet | ingen inget inga
ingenting | ingenting | ingenting | ingenting
ikke | ikkje | ikke | inte icke ej
aldri | aldri | aldrig | aldrig
alltid | alltid | altid | alltid
ofte | ofte | ofte | ofta
sjelden | sjeldan | sjælden sjældent | sällan
også | òg også | også | också
bare | berre | bare kun | bara
kun | | kun |
kanskje | kanskje | måske | kanske
svært | svært | meget svært | mycket svårt
veldig meget | veldig | meget | väldigt mycket
mye | mykje | meget | mycket
mer mere | meir | mere | mer mera
mest | mest | mest | mest
mange | mange | mange | många
flere | fleire | flere | flera fler
flest fleste | flest fleste | flest fleste | flest flesta
få | få | få | få
færre | færre | færre | färre
alle | alle | alle | alla
alt | alt | alt | allt
annen annet andre | annan anna andre | anden andet andre | annan annat andra
begge | begge | begge | båda
både | både | både | både
enten | anten | enten | antingen
verken hverken | verken | hverken | varken
eller | eller | eller | eller
og | og | og | och
men | men | men | men
for | for | for | för
fordi | fordi | fordi | eftersom därför
siden | sidan | siden | sedan
mens | medan mens | mens imens | medan
selv | sjølv | selv | själv
selve selvom | sjølve | selve selvom | själva
å | å | at | att
at | at | at | att
som | som | som | som
der | der | der | där
her | her | her | här
dit | dit | derhen | dit
hit | hit | hertil | hit
i | i | i | i
på | på | på | på
av | av | af | av
til | til | til | till
fra ifra | frå ifrå | fra | från ifrån
med | med | med | med
ved | ved | ved | vid
om | om | om | om
mot | mot | mod imod | mot
uten | utan | uden | utan
mellom | mellom | mellem imellem | mellan
gjennom igjennom | gjennom igjennom | gennem igennem | genom igenom
etter | etter | efter | efter
etterpå | etterpå | bagefter | efteråt
under | under | under | under
over | over | over | över
hos | hos | hos | hos
inn | inn | ind | in
inne | inne | inde | inne
inni | inni | indeni | inuti
ut | ut | ud | ut
ute | ute | ude | ute
utenfor | utanfor | udenfor uden for | utanför
innenfor | innanfor | indenfor | inom innanför
overfor | overfor | overfor | gentemot
opp | opp | op | upp
oppe | oppe | oppe | uppe
ned | ned | ned | ner ned
nede | nede | nede | nere
hjem | heim | hjem | hem
hjemme | heime | hjemme | hemma
bort | bort | bort væk | bort
borte | borte | borte | borta
fram frem | fram | frem | fram
fremover framover | framover | fremover | framåt
fremdeles | framleis | fortsat stadig | fortfarande
foran | framfor | foran | framför
bak | bak | bag | bakom bak
tilbake | tilbake attende | tilbage | tillbaka
igjen | igjen att | igen | igen
sammen | saman | sammen | tillsammans samman
alene | åleine | alene | ensam
hjelp | hjelp | hjælp | hjälp
hjelpe hjelper | hjelpe hjelpa | hjælpe hjælper | hjälpa hjälper
hjalp hjulpet | hjelper hjelpt | hjalp hjulpet | hjälpte hjälpt
er | er | er | är
var | var | var | var
vær være | vere vera ver | vær være | vara
vært | vore | været | varit
bli | bli | blive | bli bliva
blir | blir vert | bliver | blir
ble blei | blei vart vorte | blev | blev blevo
blitt | blitt vorte | blevet | blivit
har | har | har | har
ha | ha | have | ha
hadde | hadde | havde | hade
hatt | hatt | haft | haft
kan | kan | kan | kan
kunne | kunne | kunne | kunna kunde
kunnet | kunna | kunnet | kunnat
skal | skal | skal | ska skall
skulle | skulle | skulle | skulle
vil | vil | vil | vill
ville | ville | ville | ville
må | må | må | må
måtte | måtte | måtte | måste
bør burde | bør burde | bør burde | bör borde
får | får | får | får
fikk | fekk | fik | fick
fått | fått | fået | fått
går | går | går | går
gikk | gjekk | gik | gick
gått | gått | gået | gått
står | står | står | står
sto stod | stod | stod | stod
stått | stått | stået | stått
gjøre | gjere gjera | gøre | göra
gjør | gjer | gør | gör
gjorde | gjorde | gjorde | gjorde
gjort | gjort | gjort | gjort
si | seie seia | sige | säga
sier | seier | siger | säger
sa | sa | sagde | sade sa
sagt | sagt | sagt | sagt
se | sjå | se | se
ser | ser | ser | ser
så | såg så | så | såg så
sett | sett | set | sett
komme | kome koma | komme | komma
kommer | kjem | kommer | kommer
kom | kom | kom | kom
kommet | kome komne | kommet | kommit
ta | ta | tage | ta taga
tar | tek tar | tager | tar
tok | tok | tog | tog
tatt | teke tatt | taget | tagit
gi | gje gi gjeve gjeva | give | ge giva
gir | gir gjev | giver | ger
ga gav | gav | gav | gav
gitt | gitt gjeve | givet | gett givit
la | lét lot | lod lade | lät låta
lar | lar lèt | lader | låter
bo bor bodde | bu bur budde | bo bor boede | bo bor bodde
vet | veit | ved | vet
vite | vite | vide | veta
visste | visste | vidste | visste
tro | tru | tro | tro
tror | trur | tror | tror
trodde | trudde | troede | trodde
tenke tenker tenkte | tenkje tenkjer tenkte tenke tenker | tænke tænker tænkte | tänka tänker tänkte
mener mente mene | meiner meinte meine meina | mener mente mene | menar mena menade
heter het | heiter heitte | hedder hed | heter hette
skrive skriver skrev | skrive skriva | skrive skriver skrev | skriva skriver skrev
skrevet skriv | skriv skreiv | skrevet skriv | skrivit skriv
lese leser leste lest les | lese lesa les las | læse læser læste læst | läsa läser läste läst
snakker snakke snakket | snakkar snakka | taler talte snakker | talar pratar talade
fortelle forteller | fortelje fortel | fortælle fortæller | berätta berättar
fortalte fortalt | fortalde fortalt | fortalte fortalt | berättade berättat
spørre spør | spørje spør | spørge spørger | fråga frågar
spurte spurt | spurde spurt | spurgte spurgt | frågade frågat
svarer svarte svart svare | svarar svara svarte | svarer svarede svaret svare | svarar svarade svarat svara
finner fant funnet | finn fann funne | finder fandt | finner fann
finne finn | finne finna | fundet finde | funnit finna
finnes fantes | finst fanst | findes fandtes | finns fanns finnas
holder holdt holde hold | held heldt halde halda hald | holder holdt holde | håller höll hålla hållit
ligger lå ligge ligget | ligg låg ligge lege | ligger lå ligge ligget | ligger låg ligga legat
sitter satt sitte sittet | sit sat sitje sete | sidder sad sidde siddet | sitter satt sitta suttit
setter satte sette satt | set sette setje setja sett | sætter satte sætte sat | sätter satte sätta satt
legger la legge lagt legg | legg la leggje leggja lagt | lægger lagde lægge lagt | lägger lade lägga lagt
begynner begynte | byrjar byrja byrje | begynder begyndte | börjar började
begynne begynt | begynner begynte | begynde begyndt | börja börjat
slutt slutter sluttet | slutt sluttar slutta | slut slutter sluttede | slut slutar slutade
prøver prøvde | prøver prøvde | prøver prøvede | försöker försökte
prøve prøvd | prøve prøva | prøve prøvet | försöka
trenger trengte trenge trengt | treng trong trenge trengst | behøver trænger | behöver behövde
bruker brukte | bruker brukar brukte | bruger brugte | använder använde använda
bruke brukt | bruke brukt bruka | bruge brugt | använt brukar
kjenner kjente | kjenner kjende kjenne | kender kendte | känner kände känna
kjenne kjent | kjend kjent | kende kendt | känt känd
kjøpe kjøper kjøpte kjøpt | kjøpe kjøper kjøpte kjøpt | købe køber købte købt | köpa köper köpte köpt
selge selger solgte solgt | selje sel selde selt | sælge sælger solgte solgt | sälja säljer sålde sålt
kjøre kjører kjørte kjørt | køyre køyrer køyrde køyrt | køre kører kørte kørt | köra kör körde kört
jobber jobbet jobbe | jobbar jobba jobbe | arbejder arbejdede | jobbar jobbade jobba jobbat
arbeid arbeider | arbeid arbeider arbeidde | arbejde arbejder | arbete arbetar arbetet
arbeidet arbeide | arbeidet arbeide | arbejdet | arbetade arbeta
spille spiller | spele spelar | spille spiller | spela spelar
spilte spilt | spelte spelt | spillede spillet | spelade spelat
viser viste vise vist | viser viste vise visa vist syner | viser viste vise vist | visar visade visa visat
gjelder gjaldt gjelde | gjeld galdt gjelde | gælder gjaldt gælde | gäller gällde gälla
følger fulgte | følgjer følgde følgje | følger fulgte | följer följde
følge fulgt | følgt følgd | følge fulgt | följa följt
bygger bygget | byggjer bygde byggje | bygger byggede | bygger byggde
bygge bygd | bygd bygger | bygge bygget | bygga byggt
øker økte øke økt økning | aukar auka auke auking | øger øgede øge øget øgning | ökar ökade öka ökat ökning
håper håpet håpe håp | håpar håpa håpe håp vonar | håber håbede håbe håb | hoppas hoppades hopp
ønsker ønsket ønske | ønskjer ønskte ønskje ønske | ønsker ønskede ønske ønsket | önskar önskade önska
liker likte like likt | likar likte lika likt | | gillar gillade gilla
elsker elsket elske | elskar elska elske | elsker elskede elske elsket | älskar älskade älska
lever levde leve levd | lever levde leve levd | lever levede leve levet | lever levde leva levt
dør døde død | døyr døydde død | dør døde død | dör dog död
født fødd | fødd | født | född
lærer lærte lære lært | lærar lærer lærte lære lært | lærer lærte lære lært | lärare lär lärde lära lärt
forstår forstå | forstår forstå | forstår forstå | förstår förstå
forsto forstått | forstod forstått | forstod forstået | förstod förstått
velger valgte velge | vel valde velje | vælger valgte vælge | väljer valde
valgt velg | velja valt | valgt vælg | välja valt
ber ba be bedt | ber bed bad be bede bedt | beder bad bede bedt | ber bad be bett
sender sendte | sender sende | sender sendte | sänder skickar
sende sendt | sendt send | sende sendt | skickade skicka
kaller kalte kalt kalle | kallar kalla kalle | kalder kaldte kaldt kalde | kallar kallade kallat kalla
handler handlet handle | handlar handla handle | handler handlede handle handlet | handlar handlade handla
tilhører | høyrer høyrde høyre høyrt | hører hørte høre hørt | hör hörde höra hört
hører hørte høre hørt høyre | høyrer høyrde | hører hørte høre | hör hörde höra
kjemper kjempet kjempe | kjempar kjempa kjempe | kæmper kæmpede kæmpe | kämpar kämpade kämpa
føler følte føle følt | føler følte kjenner | føler følte føle følt | känner
betaler betalte | betaler betalar betalte | betaler betalte | betalar betalade
betale betalt | betale betalt | betale betalt | betala betalat
krever krevde | krev kravde | kræver krævede | kräver krävde
kreve krevd | krevje kravt | kræve krævet | kräva krävt
skjer skjedde skje | skjer skjedde skje | sker skete | sker skedde ske
skjedd hender hende | skjedd hender | ske sket | skett händer hände
velkommen | velkomen velkommen | velkommen | välkommen
takk | takk | tak | tack
ja | ja | ja | ja
nei | nei | nej | nej
hei | hei | hej | hej
god godt gode | god godt gode | god godt gode | god gott goda bra
bra | bra | | bra
bedre best beste | betre best beste | bedre bedst bedste | bättre bäst bästa
dårlig dårlige | dårleg dårlege | dårlig dårlige | dålig dåliga sämre
verre verst | verre verst | værre værst | värre värst
stor stort store | stor stort store | stor stort store | stor stort stora
større størst største | større størst største | større størst største | större störst största
liten lite små lille | liten lita lite små vesle litle | lille lidt små | liten litet lite små lilla
mindre minst minste | mindre minst minste | mindre mindst mindste | mindre minst minsta
litt | litt | lidt | lite
ny nytt nye | ny nytt nye | ny nyt nye | ny nytt nya
gammel gammelt gamle | gammal gammalt gamle | gammel gammelt gamle | gammal gammalt gamla
eldre eldste | eldre eldste | ældre ældste | äldre äldsta
ung unge | ung unge | ung unge | ung unga
lang langt lange | lang langt lange | lang langt lange | lång långt långa
lengre lenger lenge | lengre lenger lenge | længere længe | längre länge
kort korte | kort korte | kort korte | kort korta
høy høyt høye | høg høgt høge | høj højt høje | hög högt höga
høyere høyeste | høgare høgaste | højere højeste | högre högsta
lav lavt lave lavere | låg lågt låge lågare | lav lavt lave lavere | låg lågt låga lägre
sterk sterkt sterke | sterk sterkt sterke | stærk stærkt stærke | stark starkt starka
viktig viktige | viktig viktige | vigtig vigtige | viktig viktiga
viktigste | viktigaste | vigtigste vigtigt | viktigaste viktigt
riktig riktige | rett riktig riktige | rigtig rigtige rigtigt | riktig riktiga riktigt
mulig mulige | mogleg moglege | mulig mulige muligheder | möjlig möjliga möjligheter
muligheter mulighet | moglegheiter | mulighed muligt | möjlighet möjligt
vanskelig vanskelige | vanskeleg vanskelege | svær vanskelig vanskelige vanskeligt | svår svåra svårt
nødvendig | nødvendig nødvendige | nødvendig nødvendige | nödvändig nödvändiga
nødvendige | naudsynt | nødvendigt | nödvändigt
særlig særlige | særleg særlege | særlig særlige særligt | särskild särskilt särskilda
vanlig vanlige | vanleg vanlege | almindelig | vanlig vanliga
vanligvis | vanlegvis | almindelige | vanligtvis vanligt
tidlig tidlige | tidleg tidlege | tidlig tidlige | tidig tidiga
tidligere | tidlegare | tidligere tidligt | tidigare tidigt
sen sent senere seinere | sein seint seinare | sen sent senere | sen sent senare
endelig | endeleg | endelig endeligt | äntligen
egentlig | eigentleg | egentlig egentligt | egentligen
spesielt spesiell | spesielt spesiell | specielt speciel | speciellt speciell
spesielle | spesielle | specielle | speciella
forskjellig forskjellige ulike ulik | ulike ulik forskjellige | forskellig forskellige | olika olik
samme | same | samme | samma
slags | slags | slags | slags
hel helt hele | heil heilt heile | hel helt hele | hel helt hela
halv halvt halve | halv halvt halve | halv halvt halve | halv halvt halva
ren rent rene | rein reint reine | ren rent rene | ren rent rena
fri fritt frie | fri fritt frie | fri frit frie | fri fritt fria
full fullt fulle | full fullt fulle | fuld fuldt fulde | full fullt fulla
norsk norske | norsk norske | norsk norske | norsk norska norskt
dansk danske | dansk danske | dansk danske | dansk danska danskt
svensk svenske | svensk svenske | svensk svenske | svensk svenska svenskt
engelsk engelske | engelsk engelske | engelsk engelske | engelsk engelska engelskt
første først | første først fyrste fyrst | første først | första först
siste sist | siste sist | sidste sidst | sista sist senaste
neste | neste | næste | nästa
nest nesten | nest nesten | næst næsten | näst nästan
igår | igår | igår | igår
dag dagen dager dagene | dag dagen dagar dagane | dag dagen dage dagene | dag dagen dagar dagarna
uke uken uka uker ukene | veke veka veker vekene | uge ugen uger ugerne | vecka veckan veckor veckorna
måned måneden | månad månaden | måned måneden | månad månaden
måneder månedene | månader månadene | måneder månederne | månader månaderna
år året årene | år året åra | år året årene | år året åren
tid tiden tida tider | tid tida tider | tid tiden tider | tid tiden tider
time timer timene | time timar timane | time timer timerne | timme timmar timmarna
klokken klokka | klokka | klokken | klockan
morgen morgenen | morgon morgonen | morgen morgenen | morgon morgonen
kveld kvelden | kveld kvelden | aften aftenen | kväll kvällen
natt natten natta | natt natta | nat natten | natt natten
sommer sommeren | sommar sommaren | sommer sommeren | sommar sommaren
vinter vinteren | vinter vinteren | vinter vinteren | vinter vintern
vår våren | vår våren | forår foråret | vår våren
høst høsten | haust hausten | efterår efteråret | höst hösten
mandag tirsdag | måndag tysdag laurdag | mandag tirsdag | måndag tisdag
lørdag søndag | søndag sundag | lørdag søndag | lördag söndag
onsdag torsdag fredag | onsdag torsdag fredag | onsdag torsdag fredag | onsdag torsdag fredag
januar februar juni juli | januar februar juni juli | januar februar juni juli | januari februari juni juli
mars mai | mars mai | marts maj | mars maj
oktober desember | oktober desember | oktober december | oktober december
en to tre | ein to tre | en to tre | en två tre
fire fem seks sju syv | fire fem seks sju | fire fem seks syv | fyra fem sex sju
åtte ni ti | åtte ni ti | otte ni ti | åtta nio tio
elleve tolv tretten | elleve tolv tretten | elleve tolv tretten | elva tolv tretton
fjorten femten | fjorten femten | fjorten femten | fjorton femton
seksten sytten | seksten sytten | seksten sytten | sexton sjutton
atten nitten | atten nitten | atten nitten | arton nitton
tjue tyve tretti | tjue tretti | tyve tredive | tjugo trettio
førti femti | førti femti | fyrre halvtreds | fyrtio femtio
seksti sytti | seksti sytti | tres halvfjerds | sextio sjuttio
åtti nitti | åtti nitti | firs halvfems | åttio nittio
hundre tusen | hundre tusen | hundrede tusind | hundra tusen
million millioner | million millionar | million millioner | miljon miljoner
milliard milliarder | milliard milliardar | milliard milliarder | miljard miljarder
prosent | prosent | procent | procent
kroner kronene | kroner | kroner kronerne | kronor
penger pengene | pengar pengane | penge pengene | pengar pengarna
ganger gang gangen gangene | gong gongen gonger gongene | gange gang gangen gangene | gånger gång gången
sted stedet steder stedene | stad staden stader stadene | sted stedet steder stederne | plats ställe stället
vei veien veier | veg vegen vegar | vej vejen veje | väg vägen vägar
hus huset husene | hus huset husa | hus huset husene | hus huset husen
by byen byer byene | by byen byar byane | by byen byer byerne | stad staden städer städerna
land landet landene | land landet landa | land landet lande landene | land landet länder länderna
verden verdens | verda verden | verden verdens | världen värld världens
barn barnet barna barnas | barn barnet barna barnas | barn barnet børn børnene | barn barnet barnen
gutt gutten | gut guten | dreng drengen | pojke pojken
gutter guttene | gutar gutane | drenge drengene | pojkar pojkarna
jente jenta | jente jenta | pige pigen | flicka flickan
jenter jentene | jenter jentene | piger pigerne | flickor flickorna
mann mannen menn mennene | mann mannen menn mennene | mand manden mænd mændene | man mannen män männen
kvinne kvinnen | kvinne kvinna | kvinde kvinden | kvinna kvinnan
kvinner kvinnene | kvinner kvinnene | kvinder kvinderne | kvinnor kvinnorna
menneske mennesket | menneske mennesket | menneske mennesket | människa människan
mennesker menneskene | menneska | mennesker menneskene | människor människorna
folk folket | folk folket | folk folket | folk folket
far faren mor moren | far faren mor mora | far faren mor moren | far mor pappa mamma
foreldre foreldrene | foreldre foreldra | forældre forældrene | föräldrar föräldrarna
bror broren brødre | bror broren brør | bror broren brødre | bror brodern bröder
søster søsteren søstre | syster systera systrer | søster søsteren søstre | syster systern systrar
sønn sønnen | son sonen | søn sønnen | son sonen
datter datteren | dotter dottera | datter datteren | dotter dottern
venn vennen | ven venen | ven vennen | vän vännen
venner vennene | vener venene | venner vennerne | vänner vännerna
skole skolen | skule skulen | skole skolen | skola skolan
skoler skolene | skular skulane | skoler skolerne | skolor skolorna
bok boken boka bøker bøkene | bok boka bøker bøkene | bog bogen bøger bøgerne | bok boken böcker böckerna
språk språket | språk språket | sprog sproget | språk språket
ord ordete | ord ordet orda | ord ordete | ord ordet
sak saken saker sakene | sak saka saker sakene | sag sagen sager sagerne | sak saken saker sakerna
spørsmål spørsmålet | spørsmål spørsmålet | spørgsmål spørgsmålet | fråga frågan
spørsmålene | spørsmåla | spørgsmålene | frågor frågorna
svar svaret | svar svaret | svar svaret | svar svaret
eksempel eksempelet eksempler | døme dømet døma eksempel | eksempel eksemplet eksempler | exempel exemplet
regjering regjeringen regjeringa | regjering regjeringa | regering regeringen | regering regeringen
kommune kommunen | kommune kommunen | kommune kommunen | kommun kommunen
kommuner kommunene | kommunar kommunane | kommuner kommunerne | kommuner kommunerna
stortinget storting | stortinget storting | folketinget folketing | riksdagen riksdag
lov loven lover | lov lova lover | lov loven love | lag lagen lagar
politi politiet | politi politiet | politi politiet | polis polisen
selskap selskapet | selskap selskapet | selskab selskabet | bolag bolaget
selskaper selskapene | selskapa | selskaber selskaberne | bolagen
samfunn samfunnet | samfunn samfunnet | samfund samfundet | samhälle samhället
virksomhet virksomheten | verksemd verksemda | virksomhed virksomheden | verksamhet verksamheten
bedrift bedriften bedrifter | bedrift bedrifta bedrifter | virksomheder firma | företag företaget företagen
utvikling utviklingen utviklinga | utvikling utviklinga | udvikling udviklingen | utveckling utvecklingen
forskning forskningen | forsking forskinga | forskning forskningen | forskning forskningen
kunnskap kunnskapen | kunnskap kunnskapen | viden kundskab | kunskap kunskapen
makt makten makta | makt makta | magt magten | makt makten
kraft kraften krafta | kraft krafta | kraft kraften | kraft kraften
krig krigen | krig krigen | krig krigen | krig kriget
fred freden | fred freden | fred freden | fred freden
vann vannet | vatn vatnet | vand vandet | vatten vattnet
sjø sjøen hav havet | sjø sjøen hav havet | sø søen hav havet | sjö sjön hav havet
fjell fjellet | fjell fjellet | bjerg bjerget fjeld | berg berget fjäll
skog skogen | skog skogen | skov skoven | skog skogen
stein steinen | stein steinen | sten stenen | sten stenen
tre treet trær | tre treet | træ træet træer | träd trädet träden
lys lyset | lys lyset | lys lyset | ljus ljuset
øye øyet øyne øynene | auge auga augo augene | øje øjet øjne øjnene | öga ögat ögon ögonen
øy øyen øya | øy øya | ø øen | ö ön
hode hodet | hovud hovudet | hoved hovedet | huvud huvudet
hånd hånden hånda hender | hand handa hender | hånd hånden hænder | hand handen händer
hjerte hjertet | hjarte hjartet | hjerte hjertet | hjärta hjärtat
kropp kroppen | kropp kroppen | krop kroppen | kropp kroppen
liv livet | liv livet | liv livet | liv livet
død døden | død døden daude | død døden | död döden
navn navnet | namn namnet | navn navnet | namn namnet
del delen deler | del delen delar | del delen | del delen
delene dele | delane deler dele | dele delene | delar delarna
side siden sider sidene | side sida sider sidene | side siden sider siderne | sida sidan sidor sidorna
måte måten måter | måte måten måtar | måde måden måder | sätt sättet
grunn grunnen grunner | grunn grunnen grunnar | grund grunden grunde | grund grunden grunder
slutten | slutten | slutningen | slutet
begynnelsen | byrjinga starten | begyndelsen | början
møte møtet møter møtene | møte møtet møter møta | møde mødet møder møderne | möte mötet möten
pris prisen priser prisene | pris prisen prisar prisane | pris prisen priser priserne | pris priset priser
regel regler reglene | regel reglar reglane | regel regler reglerne | regel regler reglerna
mål målet målene | mål målet måla | mål målet målene | mål målet målen
plass plassen | plass plassen | plads pladsen | plats platsen
rett retten retter | rett retten rettar | ret retten retter | rätt rätten rättigheter
rettigheter rettighetene | rettar rettane | rettigheder rettighederne | rättigheter rättigheterna
frihet friheten | fridom fridomen | frihed friheden | frihet friheten
likhet forskjell | likskap skilnad skilnaden | lighed forskel forskellen | likhet skillnad skillnaden
kjærlighet | kjærleik kjærleiken | kærlighed kærligheden | kärlek kärleken
glede gleden | glede gleda | glæde glæden | glädje glädjen
kirke kirken kirka | kyrkje kyrkja | kirke kirken | kyrka kyrkan
konge kongen | konge kongen | konge kongen | kung kungen
dronning | dronning | dronning | drottning
lege legen leger | lege legen legar | læge lægen læger | läkare läkaren
sykehus sykehuset syk | sjukehus sjukehuset sjuk | sygehus sygehuset syg | sjukhus sjukhuset sjuk
syke sykdom | sjuke sjukdom | syge sygdom | sjuka sjukdom
kamp kampen kamper | kamp kampen kampar | kamp kampen kampe | kamp kampen match matchen
lag laget lagene | lag laget laga | hold holdet holdene | lag laget lagen
spill spillet | spel spelet | spil spillet | spel spelet
fisk fisken | fisk fisken | fisk fisken | fisk fisken
mat maten | mat maten | mad maden | mat maten
øl kaffe brød | øl kaffi brød | øl kaffe brød | öl kaffe bröd
bil bilen biler bilene | bil bilen bilar bilane | bil bilen biler bilerne | bil bilen bilar bilarna
båt båten | båt båten | båd båden | båt båten
tog toget | tog toget | tog toget | tåg tåget
fly flyet | fly flyet | fly flyet | flyg flyget flygplan
nord sør øst vest | nord sør aust vest | nord syd øst vest | norr söder öster väster syd öst väst
nordmenn | nordmenn | nordmænd | norrmän
rundt omkring | rundt omkring | rundt omkring | runt omkring
hele | heile | hele | hela
opptil | opptil | optil | upp
ifølge | ifølgje | ifølge | enligt
foruten | forutan | foruden | förutom
grunnet | grunna | grundet | grund
dersom | dersom | såfremt | ifall
skjønt | endå | skønt | fastän
derfor | difor derfor | derfor | därför
dermed | dermed | dermed | därmed
deretter | deretter | derefter | därefter
derimot | derimot | derimod | däremot
dessuten | dessutan | desuden | dessutom
imidlertid | imidlertid | imidlertid | emellertid
likevel | likevel | alligevel | ändå
altså | altså | altså | alltså
jo | jo | jo | ju
nok | nok | nok | nog
vel | vel | vel | väl
visst | visst | vist | visst
ennå enda | enno endå enda | endnu | ännu enda
allerede | allereie | allerede | redan
alt | alt | | allt
akkurat nettopp | akkurat nettopp | netop lige | just precis
omtrent | omtrent | omtrent cirka | ungefär
ganske | ganske | ganske | ganska
heller | heller | heller | heller
hellere | heller | hellere | hellre
ellers | elles | ellers | annars
særskilt | særskilt | særskilt | särskilt
tilfelle tilfeller | tilfelle | tilfælde tilfældet | fall fallet
forhold forholdet | forhold forholdet | forhold forholdet | förhållande förhållandet
problem problemet | problem problemet | problem problemet | problem problemet
problemer | problema | problemer | problemen
behov behovet | behov behovet trong | behov behovet | behov behovet
krav kravet kravene | krav kravet krava | krav kravet kravene | krav kravet kraven
resultat resultatet | resultat resultatet | resultat resultatet | resultat resultatet
resultater | resultata | resultater | resultaten
informasjon | informasjon | information | information
informasjonen | informasjonen | informationen | informationen
situasjon situasjonen | situasjon situasjonen | situation situationen | situation situationen
organisasjon | organisasjon | organisation | organisation
organisasjoner | organisasjonar | organisationer | organisationer
politikk politikken | politikk politikken | politik politikken | politik politiken
politisk politiske | politisk politiske | politisk politiske | politisk politiska politiskt
økonomi økonomisk | økonomi økonomisk | økonomi økonomisk | ekonomi ekonomisk
økonomiske | økonomiske | økonomiske | ekonomiska ekonomiskt
sosial sosiale | sosial sosiale | social sociale | social sociala
sikker sikkert | sikker sikkert | sikker sikkert | säker säkert
sikre sikkerhet | sikre tryggleik | sikre sikkerhed | säkra säkerhet
offentlig | offentleg | offentlig offentlige | offentlig offentliga
offentlige | offentlege | offentligt | offentligt
felles | felles | fælles | gemensam gemensamma gemensamt
enkelte enkelt enkel | enkelte enkelt enkel | enkelte enkelt enkel | enskilda enkelt enkel
lett lette | lett lette | let lette | lätt lätta
tung tungt | tung tungt | tung tungt | tung tungt
farlig farlige | farleg farlege | farlig farlige farligt | farlig farliga farligt
deilig nydelig | nydeleg | dejlig | härlig skön
lykke lykkelig | lykke lykkeleg | lykke lykkelig | lycka lycklig
kjent kjente | kjend kjende | kendt kendte | känd kända
åpen åpent åpne åpner | open ope opne opnar | åben åbent åbne åbner | öppen öppet öppna öppnar
stengt stenge | stengd stengt stengje | lukket lukke | stängd stängt stänga
svart svarte | svart svarte | sort sorte | svart svarta
hvit hvitt hvite | kvit kvitt kvite | hvid hvidt hvide | vit vitt vita
rød rødt røde | raud raudt raude | rød rødt røde | röd rött röda
grønn grønt grønne | grøn grønt grøne | grøn grønt grønne | grön grönt gröna
blå blått | blå blått | blå blåt | blå blått
gul gult | gul gult | gul gult | gul gult
eier eie | eig eige | ejer eje | äger äga
løp løpe løper | laup løpe løp springe | løb løbe løber | löpa löper springa
reise reiser reiste | reise reiser reiste reisa | rejse rejser rejste | resa reser reste
leder ledere lederen ledet | leiar leiarar leiaren leia | leder ledere lederen ledet | ledare ledaren ledde
statsminister | statsminister | statsminister | statsminister
statsministeren | statsministeren | statsministeren | statsministern
innbyggere innbyggerne | innbyggjarar innbyggjarane | indbyggere indbyggerne | invånare invånarna
område området områder | område området områda | område området områder | område området områden
fylke fylket | fylke fylket | amt region | län länet
bakgrunn | bakgrunn | baggrund | bakgrund
tross | trass | trods | trots
blant | blant mellom | blandt | bland
ifjor fjor | fjor | fjor | fjol
langs | langs | langs | längs
innen | innan | inden | innan inom
straks | straks | straks | strax genast
snart | snart | snart | snart
sånt | slikt | sådan | sånt
gjerne | gjerne | gerne | gärna
gjengen gjeng | gjengen gjeng | banden | gäng gänget
virkelig | verkeleg | virkelig | verkligen
virker virke virket | verkar verke verka | virker virke virkede | verkar verka verkade
tydelig tydelige | tydeleg tydelege | tydelig tydelige tydeligt | tydlig tydliga tydligt
naturlig naturligvis | naturleg naturlegvis | naturlig naturligvis | naturlig naturligtvis
selvfølgelig | sjølvsagt | selvfølgelig | självklart
framtid fremtid fremtiden framtiden | framtid framtida | fremtid fremtiden | framtid framtiden
fortsatt fortsetter | framleis held | fortsat fortsætter | fortsatt fortsätter
unntatt unntak | unntake unntak | undtagen undtagelse | undantag
dra drar dro dratt | dra dreg drog drege | drage drager drog draget | dra drar drog dragit
kaste kaster kastet | kaste kastar kasta | kaste kaster kastede kastet | kasta kastar kastade
vente venter ventet | vente ventar venta | vente venter ventede ventet | vänta väntar väntade
åpnet | opna | åbnede åbnet | öppnade
lage lager laget | lage lagar laga | lave laver lavede lavet | göra gör
skape skaper | skape skaper skapar | skabe skaber | skapa skapar
skapt skapte | skapt skapte | skabt skabte | skapade skapat
mangle mangler manglet | mangle manglar mangla | mangle mangler manglede | saknas saknar saknade
miste mister mistet | miste mistar mista | miste mister mistede mistet | förlora förlorar förlorade mista
vokse vokser vokste vokst | vekse veks vaks vakse | vokse vokser voksede vokset | växa växer växte växt
voksne voksen | vaksne vaksen | voksne voksen | vuxna vuxen
hest hesten hester | hest hesten hestar | hest hesten heste | häst hästen hästar
ku kua melk | ku kua mjølk | ko koen mælk | ko kon mjölk
glemme glemmer glemt | gløyme gløymer gløymt | glemme glemmer glemt | glömma glömmer glömt
gjest gjester | gjest gjestar | gæst gæster | gäst gäster
tjeneste tjenester | teneste tenester | tjeneste tjenester | tjänst tjänster
mener meninger mening | meining meiningar | mening meninger | mening åsikt åsikter
flytte flytter flyttet | flytte flyttar flytta | flytte flytter flyttede flyttet | flytta flyttar flyttade
gruppe gruppen grupper | gruppe gruppa grupper | gruppe gruppen grupper | grupp gruppen grupper
enn | enn | end | än
slikt noe | slikt | sådant | sådant
ifølge følgende | følgjande | følgende | följande
antall antallet | talet tal | antal antallet | antal antalet
tall tallet tallene | tal talet tala | tal tallet tallene | tal siffror
verdi verdier verdien | verdi verdiar verdien | værdi værdier værdien | värde värden värdet
innhold innholdet | innhald innhaldet | indhold indholdet | innehåll innehållet
inneholder | inneheld | indeholder | innehåller
endre endrer endret | endre endrar endra | ændre ændrer ændret | ändra ändrar ändrat
endring endringer | endring endringar | ændring ændringer | ändrade ändring ändringar
bilde bilder bildet bildene | bilete biletet | billede billeder billedet | bild bilder bilden bilderna
brev brevet bok | brev brevet | brev brevet | brev brevet
høyre venstre | høgre venstre | højre venstre | höger vänster
støtte støtter støttet | støtte støttar støtta | støtte støtter støttede støttet | stöd stöder stödja stödde
imot | imot | imod | emot
åpning fortsette | opning fortsetje | åbning fortsætte | öppning fortsätta
fortsetter fortsatte | fortset | fortsætter fortsatte | fortsätter fortsatte
tillatt tillate tillater | tillate tillet | tilladt tillade tillader | tillåtet tillåta tillåter
personlig | personleg | personlig personlige | personlig personliga
personlige | personlege | personligt | personligt
hverdag hverdagen | kvardag kvardagen | hverdag hverdagen | vardag vardagen
dele del | dele | dele | dela delar delade
snur snudde | snur snudde | vender vendte | vänder vände
oppdage oppdager | oppdage oppdagar | opdage opdager | upptäcka upptäcker
oppdaget | oppdaga | opdaget opdagede | upptäckte
oppgave oppgaver oppgaven | oppgåve oppgåver oppgåva | opgave opgaver opgaven | uppgift uppgifter uppgiften
politiker politikere | politikar politikarar | politiker politikere | politiker
politikerne | politikarane | politikerne | politikerna
parti partiet | parti partiet | parti partiet | parti partiet
partier partiene | partia | partier partierne | partier partierna
valg valget valgene | val valet vala | valg valget valgene | val valet valen
velgere velgerne | veljarar veljarane | vælgere vælgerne | väljare väljarna
stemme stemmer stemte | røyst stemme stemmer røyster | stemme stemmer stemte | röst röster röstade
avtale avtalen avtaler | avtale avtalen avtalar | aftale aftalen aftaler | avtal avtalet
avis avisen aviser avisa | avis avisa aviser | avis avisen aviser | tidning tidningen tidningar
myndigheter | styresmakter | myndigheder | myndigheter
myndighetene | styresmaktene | myndighederne | myndigheterna
utdanning utdanningen | utdanning utdanninga | uddannelse uddannelsen | utbildning utbildningen
høyskole | høgskule | højskole | högskola
elev elever elevene | elev elevar elevane | elev elever eleverne | elev elever eleverna
lærer lærere | lærar lærarar | lærer lærere | lärare lärarna
lærerne læreren | lærarane læraren | lærerne læreren | läraren
ansatt ansatte | tilsett tilsette | ansat ansatte | anställd anställda
arbeidsplasser | arbeidsplassar | arbejdspladser | arbetsplatser
næringsliv næringslivet | næringsliv næringslivet | erhvervsliv erhvervslivet | näringsliv näringslivet
skatt skatten skatter | skatt skatten skattar | skat skatten skatter | skatt skatten skatter
budsjett budsjettet | budsjett budsjettet | budget budgettet | budget budgeten
miljø miljøet klima | miljø miljøet klima | miljø miljøet klima | miljö miljön klimat
helse helsen helsa | helse helsa | sundhed helbred | hälsa hälsan
eldre gammel | eldre | ældre | äldre
familie familien | familie familien | familie familien familier | familj familjen familjer
historie historien | historie historia | historie historien | historia historien
tanke tanken | tanke tanken | tanke tanken | tanke tanken
tanker tankene | tankar tankane | tanker tankerne | tankar tankarna
følelse følelsen følelser | kjensle kjensla kjensler | følelse følelsen følelser | känsla känslan känslor
erfaring erfaringer | erfaring erfaringar | erfaring erfaringer | erfarenhet
erfaringen | røynsle | erfaringen | erfarenheter
hensyn | omsyn | hensyn | hänsyn
hendelse hendelser | hending hendingar | hændelse hændelser | händelse händelser
hendelsen | hendinga | begivenhed | händelsen
ulykke ulykken ulykka | ulukke ulukka | ulykke ulykken | olycka olyckan
drap drapet drept dreper | drap drapet drepen drepne | drab drabet dræbt dræber | mord mordet dödad dödade
skade skader skadet | skade skadar skada | skade skader skadet | skada skador skadad skadade
angrep angrepet angripe | åtak åtaket angrep angripe | angreb angrebet angribe | angrepp angreppet angripa
sannhet sannheten | sanning sanninga | sandhed sandheden | sanning sanningen
sant sann | sant sann | sandt sand | sant sann
mistanke mistenkt | mistanke mistenkt | mistanke mistænkt | misstanke misstänkt
domstol dommen dommer | domstol dommen dommar | domstol dommen dommer | domstol domen domare
kjøring trafikk trafikken | køyring trafikk trafikken | kørsel trafik trafikken | körning trafik trafiken
vind regn snø snøen | vind regn snø snøen | vind regn sne sneen | vind regn snö snön
sol solen sola | sol sola | sol solen | sol solen
himmel himmelen jord | himmel himmelen | himmel himlen | himmel himlen
jorden jorda | jord jorda | jord jorden | jord jorden
dyr dyret dyrene | dyr dyret dyra | dyr dyret dyrene | djur djuret djuren
bonde bonden | bonde bonden | bonde bonden | bonde bonden
bønder bøndene | bønder bøndene | bønder bønderne | bönder bönderna
gård gården garden | gard garden gardar | gård gården gårde | gård gården gårdar
rom rommet | rom rommet | rum rummet | rum rummet
dør døren døra dører | dør døra dører | dør døren døre | dörr dörren dörrar
bord bordet stol stolen | bord bordet stol stolen | bord bordet stol stolen | bord bordet stol stolen
seng sengen senga | seng senga | seng sengen | säng sängen
klær klærne | klede kleda | tøj tøjet klæder | kläder kläderna
varm varmt kald kaldt | varm varmt kald kaldt | varm varmt kold koldt | varm varmt kall kallt
vakker vakre pen pent | vakker vakre fin | smuk smukke køn | vacker vackra fin
glad glade lei lykkelig | glad glade lei | glad glade ked | glad glada ledsen
redd redde engstelig | redd redde | bange ræd | rädd rädda
rik rike fattig fattige | rik rike fattig fattige | rig rige fattig fattige | rik rika fattig fattiga
klar klart klare | klar klart klare | klar klart klare | klar klart klara
bestemt bestemme | bestemt avgjere | bestemt bestemme | bestämt bestämma
bestemmer bestemte | avgjer | bestemmer bestemte | bestämmer bestämde
gruppe samarbeid samarbeidet | samarbeid samarbeidet | samarbejde samarbejdet | samarbete samarbetet
bidra bidrar | bidra bidreg bidrog | bidrage bidrager | bidra bidrar
bidro bidrag | bidrag medverke | bidrog bidrag | bidrog bidrag
oppnå oppnår oppnådd | oppnå oppnår oppnådd | opnå opnår opnået | uppnå uppnår uppnått
påvirke påvirker | påverke påverkar | påvirke påvirker | påverka påverkar
utgjør utgjøre utgjorde | utgjer utgjere utgjorde | udgør udgøre udgjorde | utgör utgöra utgjorde
foreslå foreslår | føreslå føreslår | foreslå foreslår | föreslå föreslår
forslag forslaget | framlegg forslag | forslag forslaget | förslag förslaget
forsøke forsøker | forsøke forsøker forsøkte | forsøge forsøger | försöka försöker
forsøkte forsøk | forsøk freista | forsøgte forsøg | försökte försök
forvente forventer | forvente forventar | forvente forventer | förvänta förväntar
forventet | forventa vente | forventede | förväntade
forklare forklarer | forklare forklarar | forklare forklarer | förklara förklarar
forklarte | forklarte | forklarede | förklarade
foregå foregår | føregå føregår | foregå foregår | pågå pågår
forsvinne forsvant | forsvinne forsvann | forsvinde forsvandt | försvinna försvann
forsvar forsvaret | forsvar forsvaret | forsvar forsvaret | försvar försvaret
fortjener fortjene | fortener fortene | fortjener fortjene | förtjänar förtjäna
overraske overrasket | overraske overraska | overraske overrasket | överraska överraskad
overraskende | overraskande | overraskende | överraskande
opprinnelig | opphavleg opphavlege | oprindelig oprindelige | ursprunglig ursprungliga
opprinnelige | opprinneleg | oprindeligt | ursprungligen
oppmerksom oppmerksomhet | merksam merksemd | opmærksom opmærksomhed | uppmärksam uppmärksamhet
opplysninger opplyser | opplysningar opplyser | oplysninger oplyser | upplysningar uppger
opplyste | opplyste | oplyste | uppgav
opplever oppleve | opplever oppleve | oplever opleve | upplever uppleva
opplevd opplevde | opplevd opplevde | oplevet oplevede | upplevt upplevde
utenlandsk utlandet | utanlandsk utlandet | udenlandsk udlandet | utländsk utlandet
utenlandske | utanlandske | udenlandske | utländska
trolig sannsynligvis | truleg | sandsynligvis sandsynlig | troligen sannolikt
sannsynlig | sannsynleg | formentlig | förmodligen
tydeligvis antagelig antakelig | tydelegvis | åbenbart formodentlig | tydligen antagligen
stadig stadige hele | stadig stadige støtt | stadig stadige | ständigt alltjämt
iblant av og til | av og til iblant | indimellem | ibland
etterhvert | etterkvart | efterhånden | efterhand
rett straks like | rett straks | lige straks | strax
forøvrig øvrig øvrige | elles øvrige | øvrigt øvrige | övrigt övriga
vår | vår | vor | vår
ham henne | han henne | ham hende | honom henne
hvorvidt hvorav | om | hvorvidt hvoraf | huruvida varav
hvorledes | korleis | hvorledes | hur
noensinne noensteds | nokosinne nokon gong | nogensinde | någonsin
annenhver | annankvar | hveranden | varannan
samtidig samtidige | samstundes samtidig | samtidig samtidigt | samtidigt samtidig
tvert | tvert | tværtimod | tvärtom
mindre | mindre | mindre | mindre
oversatt oversette | omsett omsetje | oversat oversætte | översatt översätta
synes syntes | synest tykkjest | synes syntes | tycker tyckte synes
ses sees | sjåast | ses | ses syns
kalles heter | kallast | kaldes | kallas kallades
brukes gjøres gis tas | brukast gjerast givast takast | bruges gøres gives tages | används görs ges tas
legges settes holdes | leggjast setjast haldast | lægges sættes holdes | läggs sätts hålls
selvstendig | sjølvstendig | selvstændig | självständig
selvstendighet | sjølvstende | selvstændighed | självständighet
hovedstad hovedsak | hovudstad hovudsak | hovedstad hovedsag | huvudstad huvudsak
hovedsakelig | hovudsakleg | hovedsagelig | huvudsakligen
gjøremål ungdom ungdommer | ungdom ungdomar ungdommar | ungdom unge | ungdom ungdomar
"""

ENGLISH: Final = """
the of and to in a is it that was for on with as at by an be this from are or have had has not but
were which they you his her she he we their its if would there been who what when will more one all
can could so do did about into only other some than then them these over two may after first should
any my your now such like our man me even most made where much before must through how because while
those between against under again does here off up out down us am i just very never time people said
says year years new also many being both each still since without send sent hold open same list part
place end dog within during upon however another every own too well get got go goes going come came
make take took think know see want way day men long good great little old world life work government
state states i'm don't it's that's i've can't won't isn't didn't doesn't you're we're they're
there's let's please thank thanks yes hello might let though although always often ever
"""

SAMI: Final = """
ja lea leat leai ledje leamaš lei leš lean ii eai in eat dat dan dán dain daid dás dasa dat' mii mun
don son sii moai doai soai mu du su min din sin munnje sutnje midjiide sidjiide ahte go dahje muhto
maid maiddái vai jus jos danin dego nu nugo gal vel dál dalle easka juo gii gos goas geat geas gean
man mas masa makkár manne movt galle maŋŋel ovdal maŋŋá birra bokte olles buot buohkat juohke
juohkehaš oktan ovttas ovtta okta guokte golbma njeallje vihtta logi čuođi duhát galgá galget sáhttá
sáhttet ferte fertejit oažžu ožžo boahtá bođii boahtit manná manai dadjá dajai lohká čállá čálii
oaidná oidnen diehtá bargá barggai dahká dagai váldá válddii addá attii olbmot olbmuid olmmoš olbmo
mánát mánáid mánná eadni áhčči skuvla skuvllas giella giela gielat bargu barggu eará eanet eanas
ollu hui unnán stuorra ođđa ođđasat buorre buoret buoremus sámi sápmi sámiid sámit sámegiella
sámegiela sámediggi sámedikki norgga norggas suoma ruoŧa ruoŧas jagi jagis jahki beaivvi vahku mánu
diibmu odne ikte ihttin stáhta riekti vuoigatvuohta vuoigatvuođat ráđđehus gielda suohkan álbmot
servodat eallin eallima boazodoallu boazu ovdamearkka dihte geažil vuostá ain álo goassege dieđusge
várra soaitá veaháš nuppi nubbi earret fas
"""

ENDINGS: Final = """
ene | | | |
ngen inger | | ngen inger | ngen | inger
elsen elser else lse | | elsen elser else lse | |
| ane | | |
| | erne rne | |
| | | arna orna erna |
| inga inja | | |
| ingar | | ingar |
het heten | | | het heten |
heter | | | heter |
hetene | | | |
| heit heita heiter leik leiken | | |
| | hed heden heder heds | |
lig | | lig | lig |
lige | | lige | |
| leg lege legare legaste eg | | | eg
| | gt ligt | gt ligt |
| | | liga ligen |
sjon sjonen | sjon sjonen | | |
sjoner sjonene | | | |
| sjonar sjonane | | |
| | tion tionen tioner sionen sioner | tion tionen tioner sionen sioner | tion
skap skapet skapen | skap skapet skapen | | skap skapet skapen |
| | skab skabet skaber | |
ende eres | | ende eres | |
| ande | | ande | ande
ert erte | ert erte | | | ert
| | eret erede | |
ede | | ede | |
| | | erat erar erad erade ade ades ats ad at |
| ar are aren | | ar are aren | are
| ast aste | | | ast
iske | iske | iske | |
| | | iska iskt |
| | ik | ik |
tt | tt | | tt |
nn | nn | | | nn
kk | kk | | |
pp | pp | | pp |
ll ss | ll ss | | ll ss | ll ss
vn | | vn | |
| mn | | mn |
| a | | a |
| | | | ly ed ness ment ments ity ies tions ings ous ful less able ible ive ers
| | | | ay ey ow ew ould ght ch sh ck ct th
"""
"""Of words of five letters or more that are not in the lists; the longest that fits counts."""
